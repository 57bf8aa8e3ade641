// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-lite: crisp lines for little work, on any source and at any upscaling factor.
//
// Scaling up spreads every edge over several pixels. Across an edge the brightness L follows a soft step
// around its middle; for a Gaussian step of width sigma the ratio L''/L' is -x/sigma^2, where x is the
// distance from the middle. So two derivatives, measured across the edge, tell each pixel how far it is from
// the middle without searching for it. The pass reads the picture at a point pushed further out by a share
// of that distance: the step keeps its place and its two levels, and gets steeper. Nothing is
// added to a pixel, it only moves, so there is no halo and no overshoot. The value is the mean of two reads
// along the edge, which takes out the stair steps of diagonal lines.
//
// Cost: one pass at output size, 11 texture reads a pixel.
// It runs only when the output is larger than the source.
// Source means the picture that is scaled: behind a file that has enlarged it, vo=gpu and the anime4k player count from
// the larger picture. libplacebo and gpu-next count from the video then, so push harder: do without this file there.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: 0 leaves the picture untouched, 100 is the strongest. Renderers from before parameters existed
// report the block at the end as unknown and use the value below.

//!HOOK OUTPUT
//!BIND HOOKED
//!WHEN OUTPUT.w OUTPUT.h * NATIVE_CROPPED.w NATIVE_CROPPED.h * >
//!DESC a4k-lite: steeper edges by moving pixels away from them

#ifndef strength
#define strength 60
#endif

const float REACH = 0.75;        // distance of the probes, in source pixels
const float GAIN = 1.7;          // push at full strength, in estimated distances from the middle
const float LONGEST_PUSH = 0.65; // in source pixels
const float NOISE = 0.02;        // brightness steps below this are left alone
const float EDGE = 0.10;         // brightness steps above this are treated in full

const vec3 WEIGHTS = vec3(0.25, 0.60, 0.15); // of red, green and blue in the brightness

#define brightness(x, y) dot(texelFetch(HOOKED_raw, at + ivec2(x, y), 0).rgb, WEIGHTS)

vec4 hook() {
    if (strength == 0)
        return HOOKED_tex(HOOKED_pos);

    // Output pixels per source pixel: all distances are meant on the source's grid.
    float zoom = max(1.0, sqrt(target_size.x * target_size.y / (input_size.x * input_size.y)));

    // The probes are whole texels; near the border they stay inside.
    ivec2 size = ivec2(HOOKED_size);
    int d = min(int(REACH * zoom + 0.5), (min(size.x, size.y) - 1) / 2);
    ivec2 at = clamp(ivec2(HOOKED_pos * HOOKED_size), ivec2(d), size - 1 - d);
    float c = brightness(0, 0);
    float n = brightness(0, -d), s = brightness(0, d);
    float w = brightness(-d, 0), e = brightness(d, 0);
    float nw = brightness(-d, -d), ne = brightness(d, -d);
    float sw = brightness(-d, d), se = brightness(d, d);

    // First derivatives per probe distance, from a 3x3 neighbourhood.
    vec2 slope = vec2(2.0 * (e - w) + ne - nw + se - sw, 2.0 * (s - n) + sw - nw + se - ne) / 8.0;
    float steep = length(slope);
    if (steep < 1e-4)
        return HOOKED_tex(HOOKED_pos);
    vec2 across = slope / steep;

    // Second derivative in the direction across the edge.
    float xx = e + w - 2.0 * c, yy = n + s - 2.0 * c, xy = (nw + se - ne - sw) / 4.0;
    float bend = across.x * across.x * xx + across.y * across.y * yy + 2.0 * across.x * across.y * xy;

    // -L''/L' is the distance from the middle, up to the unknown width of the edge.
    float amount = float(strength) / 100.0 * smoothstep(NOISE, EDGE, steep);
    float push = clamp(-GAIN * bend / (steep + NOISE) * float(d) / zoom * 0.5, -LONGEST_PUSH, LONGEST_PUSH) * amount;
    vec2 centre = HOOKED_pos + HOOKED_pt * across * push * zoom;
    vec2 along = HOOKED_pt * vec2(-across.y, across.x) * 0.35 * zoom * amount;
    return 0.5 * (HOOKED_tex(centre + along) + HOOKED_tex(centre - along));
}

//!PARAM strength
//!DESC how much steeper edges become, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
60
