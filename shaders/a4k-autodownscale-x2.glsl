// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-autodownscale-x2: brings a doubled picture to the size of the screen when that is nearer than the next doubling.
//
// It belongs between two x2 upscalers, followed by a4k-autodownscale-x4. Let f be the output size over the
// source size, as the square root of the ratio of the areas; a picture with pixels that are not square has
// two ratios, and this is their mean. When an upscaler before it has enlarged the picture,
//     1 < f <= 2.4   it makes the picture as large as the output, also where that is a little more than double;
//     f > 2.4        it leaves the picture to a4k-autodownscale-x4.
// So the second upscaler does not run for a remainder that is not worth it, and the picture has its final size.
// Without an upscaler before it, or when the picture has the size of the output already, it does nothing.
//
// Each pixel is the mean of the area it covers, from four bilinear taps: in each direction four texels have the mean
// of two weights, their overlap with the pixel, and a smoothstep bell of twice its width. Both kinds, added up over
// the pixels of the result, give every texel the same total, so a thin line is equally bright wherever it lies.
// Averaging costs sharpness; adding a small share of the difference to four taps around it gives that back. The share
// is 0.2 times what the ratio of the sizes exceeds 1, which keeps the weights even.
// The total weight of a texel varies by 6 % (standard deviation) at a ratio of 1.67 and by 0.2 % at 1.33; with one
// tap by 63 % and 16 %. Where the picture grows, nothing is averaged: the taps lie 0.2 pixels off the middle, and the
// share is 0.4.
// The result stays between the darkest and the brightest tap, so edges get no halo.
// Of a picture more than twice as large as the result some pixels are passed over.
//
// Cost: one pass, 8 texture reads per pixel of the output: 18 per source pixel at f = 1.5.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: 100 is the resize described above, 0 a single bilinear tap, between is a mixture.
// Renderers from before parameters existed report the block at the end as unknown and use the value below.

//!HOOK MAIN
//!BIND HOOKED
//!BIND NATIVE
//!WIDTH OUTPUT.w
//!HEIGHT OUTPUT.h
//!WHEN OUTPUT.w OUTPUT.h * NATIVE.w NATIVE.h * 5.76 * > ! HOOKED.w NATIVE.w 1.5 * > * OUTPUT.w NATIVE.w > * HOOKED.w OUTPUT.w = HOOKED.h OUTPUT.h = * ! *
//!DESC a4k-autodownscale-x2: resize to the output

#ifndef strength
#define strength 100
#endif

const float ENLARGE_NEAR = 0.2; // where the picture grows: distance of the middle taps in pixels,
const float ENLARGE = 0.4;      // and weight of the ring of taps
const float RING = 1.2;         // distance of the ring in pixels of the result
const float REDUCE = 0.2;       // where it shrinks: weight of the ring per unit that the ratio exceeds 1
const float WIDEST = 2.0;       // largest ratio whose whole area is averaged
const float TINY = 1e-4;

// Weights of texels at a distance (in texels) from the middle of a pixel that is so many texels wide: the mean of
// the overlap with the pixel and a smooth bell of the same integral.
vec2 weights(vec2 away, vec2 width) {
    vec2 t = min(away / width, 1.0);
    vec2 bell = 1.0 - t * t * (3.0 - 2.0 * t);
    vec2 overlap = clamp(0.5 * width + 0.5 - away, 0.0, 1.0);
    return 0.5 * (bell + overlap);
}

vec4 hook() {
#if strength == 0
    return HOOKED_tex(HOOKED_pos);
#else
    vec2 ratio = HOOKED_size / target_size;
    float overall = sqrt(ratio.x * ratio.y);
    vec2 width = clamp(ratio, 1.0, WIDEST);
    vec2 centre = HOOKED_pos * HOOKED_size;
    vec2 left = floor(centre - 0.5);
    vec2 part = centre - 0.5 - left;
    // Four texels in a row, read as two pairs: a tap between two texels weighs both.
    vec2 first = weights(1.0 + part, width);
    vec2 second = weights(part, width);
    vec2 third = weights(1.0 - part, width);
    vec2 fourth = weights(2.0 - part, width);
    vec2 before = max(first + second, TINY);
    vec2 after = max(third + fourth, TINY);
    vec2 low = left + 0.5 - first / before;
    vec2 high = left + 1.5 + fourth / after;
    vec2 share = after / (before + after);
    bvec2 grows = lessThanEqual(ratio, vec2(1.0));
    low = mix(low, centre - ENLARGE_NEAR, vec2(grows)) * HOOKED_pt;
    high = mix(high, centre + ENLARGE_NEAR, vec2(grows)) * HOOKED_pt;
    share = mix(share, vec2(0.5), vec2(grows));
    vec2 ring = RING * max(ratio, 1.0) * HOOKED_pt;
    float sharpen = overall > 1.0 ? REDUCE * (min(overall, WIDEST) - 1.0) : ENLARGE;
    vec4 nw = HOOKED_tex(low);
    vec4 ne = HOOKED_tex(vec2(high.x, low.y));
    vec4 sw = HOOKED_tex(vec2(low.x, high.y));
    vec4 se = HOOKED_tex(high);
    vec4 w = HOOKED_tex(HOOKED_pos - vec2(ring.x, 0.0));
    vec4 e = HOOKED_tex(HOOKED_pos + vec2(ring.x, 0.0));
    vec4 n = HOOKED_tex(HOOKED_pos - vec2(0.0, ring.y));
    vec4 s = HOOKED_tex(HOOKED_pos + vec2(0.0, ring.y));
    vec4 area = mix(mix(nw, ne, share.x), mix(sw, se, share.x), share.y);
    vec4 around = 0.25 * (n + s + w + e);
    vec4 lowest = min(min(min(nw, ne), min(sw, se)), min(min(n, s), min(w, e)));
    vec4 highest = max(max(max(nw, ne), max(sw, se)), max(max(n, s), max(w, e)));
    vec4 resized = clamp(area + sharpen * (area - around), lowest, highest);
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
