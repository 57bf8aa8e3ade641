// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-deblur-push: steeper edges in a soft picture by moving pixels, without any overshoot.
//
// Across a blurred edge the brightness L follows a soft step. For a Gaussian step of width sigma, L''/L' is
// -x/sigma^2 at the distance x from the middle, so two derivatives across the edge tell each pixel how far from
// the middle it is. It takes the value of the place further out by a share of that distance: the step keeps its
// place and its two levels and gets steeper, and a line gets as thin as it was before the blur. Whether the
// picture is blurred here is taken from two bands of detail: blur takes from the fine band first, so where the
// coarse one has little less energy, pixels move; where the picture is sharp, and in noise and the steps of
// 8-bit gradients, they stay. A value between pixels is read by a steep cubic, held within the four pixels
// around it: nothing is added that is not there.
//
// It does not bring back the contrast that thin lines have lost, as a4k-deblur does; colours stay purer.
//
// Cost: two passes, 30 texel reads per pixel (13 and 17), at any output size.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: 0 leaves the picture untouched, 100 moves as far as is right on average, in percent.
// noise: detail of this many 8-bit codes (standard deviation) is taken for noise and stays.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE DEPUSH_MOVE
//!COMPONENTS 4
//!DESC a4k-deblur-push: distance from the middle of the edge, energy of detail

#ifndef strength
#define strength 100
#endif
#ifndef noise
#define noise 1
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const float CODE = 1.0 / 255.0;                 // one step of an 8-bit picture
const float GAIN = 1.3;          // move per estimated distance from the middle
const float LONGEST = 0.6;       // longest move, in pixels
const float WEAK = 4.0;          // slopes of this many times the noise, per pixel, move half as far
const float FLAT = 1.0e-5;       // slope that has no direction
const float COARSE = 0.5;        // gives both bands the same size where the picture is smooth
const float SCALE = 64.0;        // of the bands before they are squared, keeps 16-bit floats out of their ends
const float LARGEST = 6.0e4;     // energy that a 16-bit float can still hold

#define texel(x, y) dot(texelFetch(HOOKED_raw, clamp(at + ivec2(x, y), ivec2(0), last), 0).rgb, WEIGHTS)
#define light(x, y) dot(HOOKED_texOff(vec2(x, y)).rgb, WEIGHTS)

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    ivec2 last = ivec2(HOOKED_size) - 1;
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size);
    float nw = texel(-1, -1), n = texel(0, -1), ne = texel(1, -1);
    float w = texel(-1, 0), mid = texel(0, 0), e = texel(1, 0);
    float sw = texel(-1, 1), s = texel(0, 1), se = texel(1, 1);

    // First derivatives, and the second one in the direction across the edge.
    vec2 slope = vec2(2.0 * (e - w) + ne - nw + se - sw, 2.0 * (s - n) + sw - nw + se - ne) / 8.0;
    float steep = length(slope);
    vec2 across = slope / max(steep, FLAT);
    vec3 second = vec3(e + w - 2.0 * mid, n + s - 2.0 * mid, 0.25 * (nw + se - ne - sw));
    float bend = dot(second, vec3(across * across, 2.0 * across.x * across.y));

    // The longest move is approached smoothly.
    float least = max(float(noise), 0.1) * CODE;
    float move = -GAIN * bend / (steep + WEAK * least);
    move /= sqrt(1.0 + move * move / (LONGEST * LONGEST));

    // The narrow mean has the weights 1 2 1 in both directions.
    float narrow = 0.25 * mid + 0.125 * (n + s + w + e) + 0.0625 * (nw + ne + sw + se);
    float wide = 0.25 * (light(1.5, 0.5) + light(-0.5, 1.5) + light(-1.5, -0.5) + light(0.5, -1.5));
    vec2 bands = SCALE * vec2(mid - narrow, COARSE * (narrow - wide));
    return vec4(across * move, min(bands * bands, LARGEST));
#endif
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND DEPUSH_MOVE
//!DESC a4k-deblur-push: pixels move away from the middle of blurred edges

#ifndef strength
#define strength 100
#endif
#ifndef noise
#define noise 1
#endif

const float CODE = 1.0 / 255.0; // one step of an 8-bit picture
const float SCALE = 64.0;       // as in the pass before
const float SHARP = 0.35;       // ratio of the bands up to which the picture is sharp
const float BLURRED = 0.75;     // ratio from which on it is blurred
const float OWN = 0.1;          // weight of the pixel itself in the energy around it
const float NOISE_BAND = 0.5;   // of the noise, what the fine band shows after a little blur
const float CUBIC = -0.9;       // slope of the cubic at its first zero: steeper than the usual -0.5

#define texel(x, y) texelFetch(HOOKED_raw, clamp(base + ivec2(x, y), ivec2(0), last), 0)
#define energy(x, y) DEPUSH_MOVE_texOff(vec2(x, y)).zw

// Weights of four pixels in a row for a place between the second and the third.
vec4 cubic(float x) {
    float y = 1.0 - x;
    return vec4(CUBIC * x * y * y, ((CUBIC + 2.0) * x - CUBIC - 3.0) * x * x + 1.0,
                ((CUBIC + 2.0) * y - CUBIC - 3.0) * y * y + 1.0, CUBIC * y * x * x);
}

vec4 hook() {
#if strength == 0
    return HOOKED_tex(HOOKED_pos);
#else
    ivec2 last = ivec2(HOOKED_size) - 1;
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size);
    vec4 own = texelFetch(DEPUSH_MOVE_raw, at, 0);
    vec2 around = energy(1.5, 0.5) + energy(-0.5, 1.5) + energy(-1.5, -0.5) + energy(0.5, -1.5);
    around = mix(0.25 * around, own.zw, OWN);
    float least = NOISE_BAND * max(float(noise), 0.1) * CODE * SCALE;
    float ratio = sqrt(around.y / (around.x + least * least));

    vec2 move = own.xy * smoothstep(SHARP, BLURRED, ratio) * float(strength) / 100.0;
    vec2 whole = floor(move), part = move - whole;
    ivec2 base = at + ivec2(whole);
    vec4 x = cubic(part.x), y = cubic(part.y);

    // The four pixels around the place, and the eight beside them; the corners have next to no weight.
    vec4 a = texel(0, 0), b = texel(1, 0), c = texel(0, 1), d = texel(1, 1);
    vec4 sum = y.y * (x.y * a + x.z * b) + y.z * (x.y * c + x.z * d);
    sum += y.x * (x.y * texel(0, -1) + x.z * texel(1, -1)) + y.w * (x.y * texel(0, 2) + x.z * texel(1, 2));
    sum += x.x * (y.y * texel(-1, 0) + y.z * texel(-1, 1)) + x.w * (y.y * texel(2, 0) + y.z * texel(2, 1));
    sum /= 1.0 - (x.x + x.w) * (y.x + y.w);
    return clamp(sum, min(min(a, b), min(c, d)), max(max(a, b), max(c, d)));
#endif
}

//!PARAM strength
//!DESC strength of the effect in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 200
100

//!PARAM noise
//!DESC detail that is taken for noise, in 8-bit codes
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 32
1
