// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-push: the idea of 2019, blur is thickness, in a form that leaves alone what is not a line or an edge.
//
// The 2019 algorithm (a4k-push-2019) replaces a pixel by the mean of the neighbours on its flatter side when
// every one of eight strict comparisons says so. A comparison is also true for the smallest difference,
// so it draws bands into gradients, and moving by whole output pixels draws stairs along lines. Here the
// same two pushes are one smooth motion of the place that a pixel is read from:
//  - Refine: away from the ridge of the gradient magnitude g = |grad Y|, along the normal n of the edge. For a
//    blurred step of width sigma, -g'/g is x/sigma^2, with x the distance from the middle of the edge. The
//    quotient does not depend on contrast, is zero where a gradient is even, and fades as blur gets wide.
//    n is the main direction of a structure tensor; where directions disagree (texture), nothing is moved.
//  - Thin: away from the middle of a dark line. A line is dark from both sides: the darker of the two places
//    LINE_REACH away on either side must still be brighter than the pixel, and about as bright as the other
//    one. Shading borders and steps fail that test. For a line of width sigma, Y'/depth is x/sigma^2 again.
//  - The place is read with three taps across the edge, sharpened, and limited by the extremes of the taps.
// Each result lies between colours that are there, so nothing overshoots and no ring appears. Distances are
// meant in source pixels, so that the picture has the same look at every enlargement from 2 on; below, the
// scaler blurs less, and the strength falls with the ratio.
//
// What it does not do: it adds no detail, and does not remove the stairs or rings of the scaler before it.
//
// Cost: 2 passes at output size, 14 texel reads an output pixel (56 per source pixel when doubling; the
// published form of 2019 has 47 and 188).
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
// It runs only when the output is larger than the source.
// Source means the picture that is scaled: behind a file that has enlarged it, vo=gpu and the anime4k player count from
// the larger picture. libplacebo and gpu-next count from the video then, so push harder: do without this file there.
//
// strength: how far edges are pushed and how much the taps sharpen, in percent; 0 leaves the picture untouched.
// Above 100 edges look harder than they were drawn.
// thin: how much thinner dark lines get, in percent (scaled by strength too); 0 leaves their width.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK OUTPUT
//!BIND HOOKED
//!SAVE PUSH_SLOPE
//!COMPONENTS 4
//!WHEN OUTPUT.w OUTPUT.h * NATIVE_CROPPED.w NATIVE_CROPPED.h * >
//!DESC a4k-push: luma, its slope and the size of the slope

#ifndef strength
#define strength 100
#endif

#if strength == 0

vec4 hook() {
    return HOOKED_tex(HOOKED_pos);
}

#else

const vec3 LUMA = vec3(0.299, 0.587, 0.114);
const float STEP = 0.5; // of the differences, in source pixels

float luma(float x, float y) {
    return dot(HOOKED_texOff(vec2(x, y)).rgb, LUMA);
}

vec4 hook() {
    float zoom = max(1.0, sqrt(target_size.x * target_size.y / (input_size.x * input_size.y)));

    // Between texels the filter averages, so that four reads see what a 3x3 Sobel mask sees.
    float near = 0.5 * STEP * zoom;
    float nw = luma(-near, -near), ne = luma(near, -near), sw = luma(-near, near), se = luma(near, near);
    vec2 slope = 0.5 / STEP * vec2(ne + se - nw - sw, sw + se - nw - ne); // per source pixel
    return vec4(slope, length(slope), 0.25 * (nw + ne + sw + se));
}

#endif

//!HOOK OUTPUT
//!BIND HOOKED
//!BIND PUSH_SLOPE
//!WHEN OUTPUT.w OUTPUT.h * NATIVE_CROPPED.w NATIVE_CROPPED.h * >
//!DESC a4k-push: edges move towards their middle, dark lines too

#ifndef strength
#define strength 100
#endif
#ifndef thin
#define thin 20
#endif

#if strength == 0

vec4 hook() {
    return HOOKED_tex(HOOKED_pos);
}

#else

const float FULL_AT = 2.0;       // enlargement from which on edges are pushed in full
const float STEP = 0.5;          // of the differences, in source pixels
const float REFINE = 0.25;       // push in source pixels where g falls to 1/e in one source pixel
const float LONGEST_REFINE = 0.5; // in source pixels
const float SLOPE_NOISE = 0.012; // slopes per source pixel up to this are left alone
const float SLOPE_EDGE = 0.06;   // slopes per source pixel from this on are treated in full
const float SHARPEN = 0.75;      // share of the second difference of the taps
const float TAP_STEP = 0.5;      // between the taps, in source pixels
const float LINE_REACH = 2.0;   // where both sides of a line are looked at, in source pixels
const float ALIKE = 0.5;         // depth over difference of the sides, from which on both sides count
const float LINE_NOISE = 0.02;   // lines up to this depth are left alone
const float LINE_EDGE = 0.08;    // lines from this depth on are treated in full
const float THIN = 1.0;          // share of the way out from the middle, at full thinning
const float LONGEST_THIN = 0.6;  // in source pixels
const float PERCENT = 0.01;
const float TINY = 1e-12;        // keeps quotients of nothing at zero

vec4 hook() {
    float zoom = max(1.0, sqrt(target_size.x * target_size.y / (input_size.x * input_size.y)));
    float near = 0.5 * STEP * zoom;
    vec4 here = PUSH_SLOPE_texOff(0.0);
    vec4 nw = PUSH_SLOPE_texOff(vec2(-near, -near)), ne = PUSH_SLOPE_texOff(vec2(near, -near));
    vec4 sw = PUSH_SLOPE_texOff(vec2(-near, near)), se = PUSH_SLOPE_texOff(vec2(near, near));

    // The normal of the edge, from the products of the slopes: both flanks of a line agree about it.
    float xx = 0.2 * (dot(vec4(nw.x, ne.x, sw.x, se.x), vec4(nw.x, ne.x, sw.x, se.x)) + here.x * here.x);
    float yy = 0.2 * (dot(vec4(nw.y, ne.y, sw.y, se.y), vec4(nw.y, ne.y, sw.y, se.y)) + here.y * here.y);
    float xy = 0.2 * (dot(vec4(nw.x, ne.x, sw.x, se.x), vec4(nw.y, ne.y, sw.y, se.y)) + here.x * here.y);
    float spread = sqrt((xx - yy) * (xx - yy) + 4.0 * xy * xy);
    vec2 axis = xx > yy ? vec2(xx - yy + spread, 2.0 * xy) : vec2(2.0 * xy, yy - xx + spread);
    vec2 normal = axis * inversesqrt(dot(axis, axis) + TINY);
    float coherence = spread / (xx + yy + TINY);
    float amount = smoothstep(SLOPE_NOISE, SLOPE_EDGE, sqrt(0.5 * (xx + yy + spread)));
    amount *= coherence * coherence * PERCENT * float(strength) * min((zoom - 1.0) / (FULL_AT - 1.0), 1.0);

    vec2 rise = 0.5 / STEP * vec2(ne.z + se.z - nw.z - sw.z, sw.z + se.z - nw.z - ne.z);
    float refine = -REFINE * dot(rise, normal) / (here.z + SLOPE_NOISE);
    float push = refine * LONGEST_REFINE / (LONGEST_REFINE + abs(refine));

#if thin > 0
    vec2 far = HOOKED_pt * normal * LINE_REACH * zoom;
    float one = PUSH_SLOPE_tex(PUSH_SLOPE_pos + far).w, other = PUSH_SLOPE_tex(PUSH_SLOPE_pos - far).w;
    float depth = min(one, other) - here.w; // less than nought on a step
    float line = smoothstep(LINE_NOISE, LINE_EDGE, depth) * smoothstep(0.0, ALIKE, depth / (abs(one - other) + TINY));
    float ground = max(max(one, other) - here.w, 0.0) + LINE_NOISE;
    float outwards = THIN * PERCENT * float(thin) * dot(here.xy, normal) / ground;
    push += line * outwards * LONGEST_THIN / (LONGEST_THIN + abs(outwards));
#endif

    vec2 across = HOOKED_pt * normal * zoom;
    vec2 place = HOOKED_pos + across * push * amount;
    vec4 middle = HOOKED_tex(place);
    vec4 before = HOOKED_tex(place - across * TAP_STEP), after = HOOKED_tex(place + across * TAP_STEP);
    // Colours are multiplied by alpha, so alpha must go the same way.
    vec4 sharp = middle + SHARPEN * amount * (middle - 0.5 * (before + after));
    return clamp(sharp, min(middle, min(before, after)), max(middle, max(before, after)));
}

#endif

//!PARAM strength
//!DESC how far edges are pushed, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 200
100

//!PARAM thin
//!DESC how much thinner dark lines get, in percent (0 = leave their width)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
20
