// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-autodownscale-x4: brings a doubled picture to half the size of the screen, so that one more doubling ends there.
//
// It belongs between two x2 upscalers, after a4k-autodownscale-x2. Let f be the output size over the source
// size, as the square root of the ratio of the areas; a picture with pixels that are not square has two
// ratios, and this is their mean. When an upscaler before it has enlarged the picture and that is still smaller
// than the output,
//     2.4 < f < 4    it makes the picture half as large as the output, for the second upscaler to double;
//     f <= 2.4       it leaves the picture to a4k-autodownscale-x2;
//     f >= 4         it does nothing: two doublings fit.
// Do not use it without an upscaler after it: the renderer would have to enlarge what was reduced here.
//
// Each pixel is the mean of four bilinear taps spread over its area, less a share of four taps around it, which
// gives back the sharpness that averaging costs. The weight of a pixel in the result depends on where it happens
// to lie: with one tap by up to 36 %, with these eight by up to 12 % (standard deviation). The result stays between
// the darkest and the brightest tap, so edges get no halo.
//
// Cost: one pass, 8 texture reads per pixel of half the output: 18 per source pixel at f = 3.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: 100 is the resize described above, 0 a single bilinear tap, between is a mixture.
// Renderers from before parameters existed report the block at the end as unknown and use the value below.

//!HOOK MAIN
//!BIND HOOKED
//!BIND NATIVE
//!WIDTH OUTPUT.w 2 /
//!HEIGHT OUTPUT.h 2 /
//!WHEN OUTPUT.w OUTPUT.h * NATIVE.w NATIVE.h * 5.76 * > HOOKED.w NATIVE.w 1.5 * > * OUTPUT.w OUTPUT.h * NATIVE.w NATIVE.h * 16 * < * HOOKED.w OUTPUT.w < *
//!DESC a4k-autodownscale-x4: resize to half the output

#ifndef strength
#define strength 100
#endif

const float INNER = 0.2;   // distances of the taps in pixels of the result,
const float OUTER = 1.2;   // of the four around those
const float REDUCE = 0.3;  // weight of the outer taps, which take away what the averaging blurs,
const float ENLARGE = 0.4; // and where the picture grows

vec4 hook() {
#if strength == 0
    return HOOKED_tex(HOOKED_pos);
#else
    vec2 ratio = HOOKED_size / (0.5 * target_size);
    float sharpen = ratio.x * ratio.y > 1.0 ? REDUCE : ENLARGE;
    vec2 near = INNER * max(ratio, 1.0) * HOOKED_pt;
    vec2 far = OUTER * max(ratio, 1.0) * HOOKED_pt;
    vec4 nw = HOOKED_tex(HOOKED_pos - near);
    vec4 se = HOOKED_tex(HOOKED_pos + near);
    vec4 ne = HOOKED_tex(HOOKED_pos + vec2(near.x, -near.y));
    vec4 sw = HOOKED_tex(HOOKED_pos + vec2(-near.x, near.y));
    vec4 w = HOOKED_tex(HOOKED_pos - vec2(far.x, 0.0));
    vec4 e = HOOKED_tex(HOOKED_pos + vec2(far.x, 0.0));
    vec4 n = HOOKED_tex(HOOKED_pos - vec2(0.0, far.y));
    vec4 s = HOOKED_tex(HOOKED_pos + vec2(0.0, far.y));
    vec4 inner = 0.25 * (nw + ne + sw + se);
    vec4 outer = 0.25 * (n + s + w + e);
    vec4 lowest = min(min(min(nw, ne), min(sw, se)), min(min(n, s), min(w, e)));
    vec4 highest = max(max(max(nw, ne), max(sw, se)), max(max(n, s), max(w, e)));
    vec4 resized = clamp(inner + sharpen * (inner - outer), lowest, highest);
#if strength < 100
    resized = mix(HOOKED_tex(HOOKED_pos), resized, float(strength) / 100.0);
#endif
    return resized;
#endif
}

//!PARAM strength
//!DESC how much of the good resize goes into the result, in percent (0 = one bilinear tap)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100
