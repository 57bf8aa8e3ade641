// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-deband: turns the steps of a coarsely quantised gradient back into a slope.
//
// In an even part of the picture, the mean of two opposite pixels is the pixel between them, whatever the slope. In a
// gradient with bands it is off by up to a step, and by another amount for every distance and direction. Twelve
// pairs at three distances vote on what the pixel should have been. A true curve of the brightness grows
// with the square of the distance and a rounding error does not, so the vote is a least-squares fit of both,
// of which only the constant part is used.
//
// A pair counts when it is off by no more than a step, rises gently, and does not leave the pixel on a ridge or in a
// trough: bands climb, but lines, letters and grain go up and come down again. Where twelve
// near pixels show such ridges, there is a faint line or texture, and where most pairs do not fit, something stands
// nearby: the pixel stays as it is. Everything fades, nothing switches.
//
// The result lies between 8-bit codes; dithering of the output shows it best. The pass adds no grain of its own
// (a4k-grain does). It takes faint soft shapes of less than half a step for bands, cannot fill bands much wider than
// reach, and should stand before any sharpening and scaling.
//
// Cost: one pass, 37 texel reads a pixel of the 1x picture.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: percent of the correction. 0 leaves the picture untouched.
// band: the largest step, in 8-bit codes, that counts as a band. 4 is a step of 6-bit colour.
// reach: the largest distance of a pair from the pixel, in pixels; use more for 4K sources.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!DESC a4k-deband: fit of a smooth slope through pairs of opposite pixels

#ifndef strength
#define strength 100
#endif
#ifndef band
#define band 4
#endif
#ifndef reach
#define reach 24
#endif

const float CODES = 255.0;
const vec2 BEND = vec2(0.6, 1.2);     // steps a pair may be off: counts in full, not at all
const vec2 RIDGE = vec2(0.2, 0.8);    // steps by which both ends may be on the same side, likewise
const vec2 RISE = vec2(3.0, 6.0);     // steps between the two ends, likewise
const vec2 TEXTURE = vec2(0.03, 0.15); // steps of the mean ridge among the nearest pixels: even, textured
const vec2 FITTING = vec2(0.2, 0.6);  // share of the pairs that count: too few, enough
const float LEVEL = 0.5;              // weight of a pair without a rise: it says little about a slope
const float CURVE = 0.12;             // reluctance of the fit to explain the votes by a curve
const float DOUBT = 0.02;             // weight of no change

const float NEAR_PAIRS = 6.0;
const float FAR_PAIRS = 12.0;

float largest(vec3 value) {
    return max(value.r, max(value.g, value.b));
}

// How far both ends lie on the same side of the pixel.
float ridge(vec3 one, vec3 other) {
    return largest(max(vec3(0.0), max(min(one, other), min(-one, -other))));
}

// A pair votes. Sums of the fit bend = constant + curve * distance^2: weights, times distance^2, times distance^4;
// and the share of the pairs that fit.
void vote(vec3 one, vec3 other, float distance2, inout vec4 sums, inout vec3 bends, inout vec3 bends2) {
    vec3 bend = 0.5 * (one + other);
    float rise = largest(abs(one - other));
    float fits = 1.0 - smoothstep(BEND.x, BEND.y, largest(abs(bend)));
    fits *= 1.0 - smoothstep(RIDGE.x, RIDGE.y, ridge(one, other));
    fits *= 1.0 - smoothstep(RISE.x, RISE.y, rise);
    float weight = fits * (LEVEL + rise / (1.0 + rise));
    sums += vec4(weight * vec3(1.0, distance2, distance2 * distance2), fits / FAR_PAIRS);
    bends += weight * bend;
    bends2 += weight * distance2 * bend;
}

#define END(place) (steps * (texelFetch(HOOKED_raw, place, 0).rgb - centre.rgb))
#define INSIDE(away) clamp(away, -room, room)
// A pair at whole pixels, and one at parts of the reach.
#define NEAR(away) texture_here += ridge(END(at + INSIDE(away)), END(at - INSIDE(away))) / NEAR_PAIRS;
#define FAR(part) vote(END(at + FAR_AWAY(part)), END(at - FAR_AWAY(part)), dot(part, part), sums, bends, bends2);
#define FAR_AWAY(part) INSIDE(ivec2(floor(part * float(reach) + 0.5)))

vec4 hook() {
#if strength == 0
    return HOOKED_tex(HOOKED_pos);
#else
    ivec2 top = ivec2(HOOKED_size) - 1;
    ivec2 at = clamp(ivec2(HOOKED_pos * HOOKED_size), ivec2(0), top);
    ivec2 room = min(at, top - at); // near the border pairs come closer, and stay opposite
    vec4 centre = HOOKED_tex(HOOKED_pos);
    float steps = CODES / float(band);

    float texture_here = 0.0;
    // They cross lines of up to three pixels.
    NEAR(ivec2(3, 0)) NEAR(ivec2(0, 3)) NEAR(ivec2(2, 2)) NEAR(ivec2(2, -2))
    NEAR(ivec2(1, 0)) NEAR(ivec2(0, 1))

    vec4 sums = vec4(DOUBT, 0.0, 0.0, 0.0);
    vec3 bends = vec3(0.0), bends2 = vec3(0.0);
    // The directions of the three distances differ, so that no step of theirs coincides.
    FAR(vec2(0.30, 0.00)) FAR(vec2(0.00, 0.30)) FAR(vec2(0.21, 0.21)) FAR(vec2(0.21, -0.21))
    FAR(vec2(0.58, 0.24)) FAR(vec2(0.24, 0.58)) FAR(vec2(-0.24, 0.58)) FAR(vec2(-0.58, 0.24))
    FAR(vec2(0.98, 0.20)) FAR(vec2(0.55, 0.83)) FAR(vec2(-0.20, 0.98)) FAR(vec2(-0.83, 0.55))
    sums.z += CURVE * sums.x;
    vec3 constant = (bends * sums.z - bends2 * sums.y) / (sums.x * sums.z - sums.y * sums.y);
    float even = 1.0 - smoothstep(TEXTURE.x, TEXTURE.y, texture_here);
    even *= smoothstep(FITTING.x, FITTING.y, sums.w);
    return vec4(centre.rgb + constant * even * float(strength) / (100.0 * steps), centre.a);
#endif
}

//!PARAM strength
//!DESC how much of the bands is removed, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100

//!PARAM band
//!DESC largest step that counts as a band, in 8-bit codes
//!TYPE DEFINE
//!MINIMUM 1
//!MAXIMUM 16
4

//!PARAM reach
//!DESC how far to look, in pixels
//!TYPE DEFINE
//!MINIMUM 4
//!MAXIMUM 128
24
