// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-push-2019: the algorithm of 2019 that gave the method its name, as it was published; a4k-push is the
// better choice for watching.
//
// Idea (preprint "Anime4K", 2019, and version 0.9 of its shader for mpv): blur is thickness. Every pixel of
// the enlarged picture carries a key. First the key is the luma, and pixels of dark lines take the mean
// colour of a brighter side, which makes lines thinner. Then the key is 1 - |Sobel(luma)|, bright where the
// picture is flat, and pixels of edges take the mean colour of the flatter side, which makes edges shorter.
// Colours are only mixed, so nothing is brighter or darker than its surroundings. Which side pushes is
// decided in this order: vertical, diagonal /, horizontal, diagonal \; of two opposite sides the second is
// tried when the first does not push. A side pushes when its darkest key is above the centre's and above
// the brightest key opposite. Thinning takes the brightest result of all sides, refining the first side.
// With r = width of the output / width of the source, thinning mixes in min(r/6, 1), refining min(r/2, 1).
//
// It does not protect anything: soft gradients turn into bands, shading borders and text are treated like
// lines, and detail is painted over. That belongs to the published behaviour.
// It knows no alpha either, which is only resized: cut-outs get fringes.
//
// It was published for the stage SCALED, where mpv's picture was gamma-coded as long as nothing asked for
// another light. Today's scalers leave linear light there whenever they work in it, and the method is meant
// for coded values. OUTPUT is coded in every renderer and has the same size, so this file runs there.
// Luma tests use the unrounded key of the stored colour; otherwise the steps are those of 0.9 in three passes
// instead of five.
//
// Cost: 3 passes at output size, 28 texel reads an output pixel (112 per source pixel when doubling).
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
// It runs only when the output is larger than the source.
// Source means the picture that is scaled: behind a file that has enlarged it, vo=gpu and the anime4k player count from
// the larger picture. libplacebo and gpu-next count from the video then, so push harder: do without this file there.
//
// strength: percent of the published strengths; 0 leaves the picture untouched.
// thin: percent of the published line thinning (scaled by strength too); 0 only refines edges. Shares end
// at the whole colour of the side.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK OUTPUT
//!BIND HOOKED
//!SAVE PUSH2019_THIN
//!WHEN OUTPUT.w OUTPUT.h * NATIVE_CROPPED.w NATIVE_CROPPED.h * >
//!DESC a4k-push-2019: dark lines take the colour of a brighter side

#ifndef strength
#define strength 100
#endif
#ifndef thin
#define thin 100
#endif

#if strength == 0 || thin == 0

vec4 hook() {
    return HOOKED_tex(HOOKED_pos);
}

#else

const vec3 LUMA = vec3(2.0, 3.0, 1.0) / 6.0;
const float THIN_FULL_AT = 6.0; // enlargement at which a pushed pixel is replaced altogether
const float PERCENT = 0.01;

vec4 with_key(int x, int y) {
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size) + ivec2(x, y);
    vec3 rgb = texelFetch(HOOKED_raw, clamp(at, ivec2(0), ivec2(HOOKED_size) - 1), 0).rgb;
    return vec4(rgb, dot(rgb, LUMA));
}

float least(vec4 a, vec4 b, vec4 c) {
    return min(min(a.w, b.w), c.w);
}

float most(vec4 a, vec4 b, vec4 c) {
    return max(max(a.w, b.w), c.w);
}

// The brighter of `best` and what the side made of the three pixels would leave of the centre.
vec4 brighter(vec4 best, vec4 centre, vec4 a, vec4 b, vec4 c, float share) {
    vec4 pushed = mix(centre, (a + b + c) / 3.0, share);
    return pushed.w > best.w ? pushed : best;
}

vec4 hook() {
    float ratio = target_size.x / input_size.x;
    float share = clamp(ratio / THIN_FULL_AT * PERCENT * float(strength) * PERCENT * float(thin), 0.0, 1.0);

    vec4 nw = with_key(-1, -1), n = with_key(0, -1), ne = with_key(1, -1);
    vec4 w = with_key(-1, 0), centre = with_key(0, 0), e = with_key(1, 0);
    vec4 sw = with_key(-1, 1), s = with_key(0, 1), se = with_key(1, 1);
    vec4 best = centre;

    float up = least(nw, n, ne), down = least(sw, s, se);
    if (up > centre.w && up > most(sw, s, se))
        best = brighter(best, centre, nw, n, ne, share);
    else if (down > centre.w && down > most(nw, n, ne))
        best = brighter(best, centre, sw, s, se, share);

    if (least(n, ne, e) > most(centre, w, s))
        best = brighter(best, centre, n, ne, e, share);
    else if (least(w, sw, s) > most(centre, n, e))
        best = brighter(best, centre, w, sw, s, share);

    float right = least(ne, e, se), left = least(nw, w, sw);
    if (right > centre.w && right > most(nw, w, sw))
        best = brighter(best, centre, ne, e, se, share);
    else if (left > centre.w && left > most(ne, e, se))
        best = brighter(best, centre, nw, w, sw, share);

    if (least(e, se, s) > most(centre, w, n))
        best = brighter(best, centre, e, se, s, share);
    else if (least(n, nw, w) > most(centre, e, s))
        best = brighter(best, centre, n, nw, w, share);

    return vec4(best.rgb, 1.0);
}

#endif

//!HOOK OUTPUT
//!BIND PUSH2019_THIN
//!SAVE PUSH2019_KEYED
//!COMPONENTS 4
//!WHEN OUTPUT.w OUTPUT.h * NATIVE_CROPPED.w NATIVE_CROPPED.h * >
//!DESC a4k-push-2019: the key of refining, bright where the picture is flat

#ifndef strength
#define strength 100
#endif

#if strength == 0

vec4 hook() {
    return PUSH2019_THIN_tex(PUSH2019_THIN_pos);
}

#else

const vec3 LUMA = vec3(2.0, 3.0, 1.0) / 6.0;

vec3 colour(int x, int y) {
    ivec2 at = ivec2(PUSH2019_THIN_pos * PUSH2019_THIN_size) + ivec2(x, y);
    return texelFetch(PUSH2019_THIN_raw, clamp(at, ivec2(0), ivec2(PUSH2019_THIN_size) - 1), 0).rgb;
}

float luma(int x, int y) {
    return dot(colour(x, y), LUMA);
}

vec4 hook() {
    float nw = luma(-1, -1), ne = luma(1, -1), sw = luma(-1, 1), se = luma(1, 1);
    float across = ne + 2.0 * luma(1, 0) + se - nw - 2.0 * luma(-1, 0) - sw;
    float down = sw + 2.0 * luma(0, 1) + se - nw - 2.0 * luma(0, -1) - ne;
    return vec4(colour(0, 0), 1.0 - clamp(length(vec2(across, down)), 0.0, 1.0));
}

#endif

//!HOOK OUTPUT
//!BIND HOOKED
//!BIND PUSH2019_KEYED
//!WHEN OUTPUT.w OUTPUT.h * NATIVE_CROPPED.w NATIVE_CROPPED.h * >
//!DESC a4k-push-2019: edges take the colour of their flatter side

#ifndef strength
#define strength 100
#endif

#if strength == 0

vec4 hook() {
    return HOOKED_tex(HOOKED_pos);
}

#else

const float REFINE_FULL_AT = 2.0; // enlargement at which a pushed pixel is replaced altogether
const float PERCENT = 0.01;

vec4 with_key(int x, int y) {
    ivec2 at = ivec2(PUSH2019_KEYED_pos * PUSH2019_KEYED_size) + ivec2(x, y);
    return texelFetch(PUSH2019_KEYED_raw, clamp(at, ivec2(0), ivec2(PUSH2019_KEYED_size) - 1), 0);
}

float least(vec4 a, vec4 b, vec4 c) {
    return min(min(a.w, b.w), c.w);
}

float most(vec4 a, vec4 b, vec4 c) {
    return max(max(a.w, b.w), c.w);
}

vec4 hook() {
    float ratio = target_size.x / input_size.x;
    float share = clamp(ratio / REFINE_FULL_AT * PERCENT * float(strength), 0.0, 1.0);

    vec4 nw = with_key(-1, -1), n = with_key(0, -1), ne = with_key(1, -1);
    vec4 w = with_key(-1, 0), centre = with_key(0, 0), e = with_key(1, 0);
    vec4 sw = with_key(-1, 1), s = with_key(0, 1), se = with_key(1, 1);

    float up = least(nw, n, ne), down = least(sw, s, se);
    float right = least(ne, e, se), left = least(nw, w, sw);
    vec4 side = centre * 3.0;
    if (up > centre.w && up > most(sw, s, se))
        side = nw + n + ne;
    else if (down > centre.w && down > most(nw, n, ne))
        side = sw + s + se;
    else if (least(n, ne, e) > most(centre, w, s))
        side = n + ne + e;
    else if (least(w, sw, s) > most(centre, n, e))
        side = w + sw + s;
    else if (right > centre.w && right > most(nw, w, sw))
        side = ne + e + se;
    else if (left > centre.w && left > most(ne, e, se))
        side = nw + w + sw;
    else if (least(e, se, s) > most(centre, w, n))
        side = e + se + s;
    else if (least(n, nw, w) > most(centre, e, s))
        side = n + nw + w;

    float alpha = HOOKED_tex(HOOKED_pos).a;
    return vec4(mix(centre.rgb, side.rgb / 3.0, share), alpha);
}

#endif

//!PARAM strength
//!DESC percent of the published strengths (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100

//!PARAM thin
//!DESC percent of the published line thinning (0 = only refine edges)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 300
100
