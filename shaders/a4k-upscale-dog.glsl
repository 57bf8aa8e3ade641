// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-upscale-dog: a cheap enlargement to twice the size with crisp lines and no halo.
//
// A pixel of the small picture is taken as the mean of the four pixels that replace it. What is missing are
// three differences: left against right, top against bottom, and one diagonal against the other.
// For the first two the pass looks at brightness gradients across the pixel. On a soft slope the difference is
// an eighth of the central difference. To that it adds a difference of Gaussians in its odd form, a narrow
// gradient less a wide one, which is zero on a slope and large on an edge; and a share of the gradient itself
// where the wide gradient says that the slope does not go on, so that this is an edge. Where in the pixel
// that edge runs follows from the brightness: a pixel half-way between the darkest and the brightest of its
// eight neighbours is cut in the middle, one at either end is not cut at all. With a the share of the way, the
// differences are weighted with 4a(1-a). The third difference is the corner that a slanted edge cuts off the
// pixel: the product of the first two over the local contrast, towards the darker or brighter side by 1-2a.
// No pixel leaves the range of its 3x3 neighbourhood in the small picture by more than half an 8-bit code, in any
// of the three colours, and where that range is as small as noise the picture fades into bilinear scaling.
// Where a limit stands in the way (peaks, lines of a pixel, strong colours), the mean gives way: in drawings
// its brightness is off by a code on average.
// At the borders of cut-outs, where alpha changes, it is bilinear enlargement, so that they get no fringes.
// The numbers are a least squares fit on drawings whose large originals are known.
//
// It does not look along edges, so nearly horizontal and vertical lines keep a little of their steps; it is
// made for sources as sharp as their size allows and does little for blurred ones.
//
// Cost: two passes, 21 texel reads per pixel of the small picture (13 in its size, 2 for each of the 4 pixels
// of the result). It runs when the output is more than 1.2 times as large in both directions.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
// a4k-upscale-dog-compute gives the same picture in one compute pass.
//
// strength: 0 is bilinear scaling, 100 the full effect, in percent.
// noise: where brightness differs by no more than this many 8-bit codes, most of the picture is bilinear.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE UPDOG_DELTA
//!COMPONENTS 4
//!WHEN OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *
//!DESC a4k-upscale-dog: brightness of the four new pixels against bilinear

#ifndef strength
#define strength 100
#endif
#ifndef noise
#define noise 8
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const float CODE = 1.0 / 255.0;                 // one step of an 8-bit picture
const float SLOPE = 0.125;                      // of the central difference: exact on a slope
const float DOG = 0.12;                         // of the difference of Gaussians
const float STEP = 0.28;                        // of the gradient where it is an edge
const float CORNER = 1.2;                       // of the product of both differences
const float OVERSHOOT = 0.5 * CODE;             // tolerated beyond the range of one colour
const float CUT_OUT = 0.05;                     // difference of alpha from which on it is the border of a cut-out

#define texel(x, y) texelFetch(HOOKED_raw, clamp(at + ivec2(x, y), ivec2(0), last), 0)
#define light(x) dot(x, WEIGHTS)
// Weights of bilinear enlargement for the new pixel that touches two sides and the corner between them.
#define bilinear(side, end, corner) (0.5625 * mid + 0.1875 * (side + end) + 0.0625 * corner)

// Keeps a change of brightness within what every colour has room for.
float limited(float change, vec3 base, vec3 low, vec3 high) {
    vec3 down = low - base, up = high - base;
    return clamp(change, max(down.r, max(down.g, down.b)) - OVERSHOOT, min(up.r, min(up.g, up.b)) + OVERSHOOT);
}

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    ivec2 last = ivec2(HOOKED_size) - 1;
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size);
    vec4 nw = texel(-1, -1), n = texel(0, -1), ne = texel(1, -1);
    vec4 w = texel(-1, 0), mid = texel(0, 0), e = texel(1, 0);
    vec4 sw = texel(-1, 1), s = texel(0, 1), se = texel(1, 1);

    // The range of the neighbourhood, of each colour and of the brightness.
    vec4 low = min(min(min(min(nw, n), min(ne, w)), min(min(e, sw), min(s, se))), mid);
    vec4 high = max(max(max(max(nw, n), max(ne, w)), max(max(e, sw), max(s, se))), mid);
    float lnw = light(nw.rgb), ln = light(n.rgb), lne = light(ne.rgb), lw = light(w.rgb), lmid = light(mid.rgb);
    float le = light(e.rgb), lsw = light(sw.rgb), ls = light(s.rgb), lse = light(se.rgb);
    float dark = min(min(min(min(lnw, ln), min(lne, lw)), min(min(le, lsw), min(ls, lse))), lmid);
    float bright = max(max(max(max(lnw, ln), max(lne, lw)), max(max(le, lsw), max(ls, lse))), lmid);

    // Where the pixel lies in that range: cut is 1 half-way. A range no larger than the noise says little.
    float least = max(float(noise), 0.5) * CODE;
    float contrast = bright - dark, range = contrast + least;
    float share = (lmid - dark + 0.5 * least) / range;
    float cut = 4.0 * share * (1.0 - share);

    // Gradients: of the nearest pixels, of the rows beside them, and of twice the width.
    vec2 near = vec2(le - lw, ls - ln);
    vec2 beside = vec2(lne + lse - lnw - lsw, lsw + lse - lnw - lne);
    vec2 far = vec2(light(texel(2, 0).rgb), light(texel(0, 2).rgb));
    far -= vec2(light(texel(-2, 0).rgb), light(texel(0, -2).rgb));
    float steep = length(near);
    float edge = clamp((2.0 * steep - length(far)) / (steep + least), 0.0, 1.0);
    vec2 gradient = (2.0 * near + beside) / 8.0;

    vec2 across = cut * (SLOPE * near + DOG * (0.5 * near - 0.25 * far) + STEP * edge * gradient);
    float corner = CORNER * (edge + cut) * (1.0 - 2.0 * share) * gradient.x * gradient.y / range;
    float falling = across.x - across.y, rising = across.x + across.y;

    float amount = float(strength) / 100.0 * contrast * contrast / (contrast * contrast + least * least);
    amount *= 1.0 - smoothstep(0.0, CUT_OUT, high.a - low.a);

    // Limited to the range of brightness, and again after the mean has been put back in its place.
    vec4 change = vec4(corner - rising, falling - corner, -falling - corner, corner + rising);
    change = clamp(change, dark - lmid, bright - lmid);
    change = clamp(change - dot(change, vec4(0.25)), dark - lmid, bright - lmid) + lmid;

    vec3 base = bilinear(w, n, nw).rgb;
    change.x = limited(change.x - light(base), base, low.rgb, high.rgb);
    base = bilinear(e, n, ne).rgb;
    change.y = limited(change.y - light(base), base, low.rgb, high.rgb);
    base = bilinear(w, s, sw).rgb;
    change.z = limited(change.z - light(base), base, low.rgb, high.rgb);
    base = bilinear(e, s, se).rgb;
    change.w = limited(change.w - light(base), base, low.rgb, high.rgb);
    return change * amount;
#endif
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND UPDOG_DELTA
//!WIDTH HOOKED.w 2 *
//!HEIGHT HOOKED.h 2 *
//!WHEN OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *
//!DESC a4k-upscale-dog: bilinear enlargement with the new brightness

#ifndef strength
#define strength 100
#endif

vec4 hook() {
    vec4 result = HOOKED_tex(HOOKED_pos);
#if strength != 0
    vec2 place = HOOKED_pos * HOOKED_size;
    vec4 change = texelFetch(UPDOG_DELTA_raw, ivec2(place), 0);
    vec2 part = step(0.5, fract(place));
    vec2 pair = mix(change.xy, change.zw, part.y);
    result.rgb += mix(pair.x, pair.y, part.x);
#endif
    return result;
}

//!PARAM strength
//!DESC strength of the effect in percent (0 = bilinear scaling)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100

//!PARAM noise
//!DESC brightness differences that are taken for noise, in 8-bit codes
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 64
8
