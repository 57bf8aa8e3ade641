// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-deblur: takes a soft picture part of the way back to sharp, and leaves a sharp picture alone.
//
// Two differences of Gaussians split the detail of a picture into a fine band (the pixel less its 3x3 mean) and a
// coarser band (that mean less a wider one). A drawing that is sharp has much more in the fine band; blur takes
// from the fine band first, so the ratio of the coarse band to the fine one tells how blurred the picture is at
// this place. It is taken from the energy of both bands around the pixel. Below 0.35 (sharp lines, and also
// noise, film grain and the steps of 8-bit gradients) nothing is done. Above, the pixel gets the fine band once
// more and then an extrapolation of what the blur has taken, the difference of the bands; the factors are a
// least squares fit for blurs with a standard deviation of up to 1.2 pixels and for none. The
// extrapolation counts only where it goes the way of the fine band, and no pixel leaves the range of its 3x3
// neighbourhood in any of the three colours, so there is no halo, no contour and no overshoot.
//
// It does not restore what a blur of more than two pixels has taken away, nor does it sharpen textures that are
// as fine as the pixels already.
//
// Cost: two passes, 23 texel reads per pixel (9 and 14), at any output size.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: 0 leaves the picture untouched, 100 takes as much blur away as is right on average, in percent.
// noise: detail of this many 8-bit codes (standard deviation) is taken for noise and not sharpened.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE DEBLUR_BANDS
//!COMPONENTS 4
//!DESC a4k-deblur: fine and coarse detail and their energy

#ifndef strength
#define strength 100
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const float COARSE = 0.5;    // gives both bands the same size where the picture is smooth
const float SCALE = 64.0;    // of the bands before they are squared, keeps 16-bit floats out of their ends
const float LARGEST = 6.0e4; // energy that a 16-bit float can still hold

#define light(x, y) dot(HOOKED_texOff(vec2(x, y)).rgb, WEIGHTS)

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    // Reads half-way between pixels are means of four: the narrow mean has the weights 1 2 1 in both directions.
    float narrow = 0.25 * (light(-0.5, -0.5) + light(0.5, -0.5) + light(-0.5, 0.5) + light(0.5, 0.5));
    float wide = 0.25 * (light(1.5, 0.5) + light(-0.5, 1.5) + light(-1.5, -0.5) + light(0.5, -1.5));
    vec2 bands = vec2(light(0.0, 0.0) - narrow, COARSE * (narrow - wide));
    return vec4(bands, min(SCALE * SCALE * bands * bands, LARGEST));
#endif
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND DEBLUR_BANDS
//!DESC a4k-deblur: sharper where the picture is blurred, within the local range

#ifndef strength
#define strength 100
#endif
#ifndef noise
#define noise 1
#endif

const float CODE = 1.0 / 255.0; // one step of an 8-bit picture
const float SCALE = 64.0;       // as in the pass before
// Ratios of the bands: the picture is sharp up to the first and blurred from the second on.
const vec2 SOFT = vec2(0.35, 0.7);
const vec2 BLURRED = vec2(0.45, 0.8);
const float FINE = 1.0;         // share of the fine band that is added where the picture is soft
const float BEYOND = 7.0;       // share of the difference of the bands, where it is blurred
const float OWN = 0.1;          // weight of the pixel itself in the energy around it
const float NOISE_BAND = 0.5;   // of the noise, what the fine band shows after a little blur

#define texel(x, y) texelFetch(HOOKED_raw, clamp(at + ivec2(x, y), ivec2(0), last), 0).rgb
#define energy(x, y) DEBLUR_BANDS_texOff(vec2(x, y)).zw

vec4 hook() {
#if strength == 0
    return HOOKED_tex(HOOKED_pos);
#else
    ivec2 last = ivec2(HOOKED_size) - 1;
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size);
    vec4 bands = texelFetch(DEBLUR_BANDS_raw, at, 0);
    vec2 around = energy(1.5, 0.5) + energy(-0.5, 1.5) + energy(-1.5, -0.5) + energy(0.5, -1.5);
    around = mix(0.25 * around, bands.zw, OWN);

    float least = NOISE_BAND * max(float(noise), 0.1) * CODE * SCALE;
    float ratio = sqrt(around.y / (around.x + least * least));
    // In the tail of an edge the difference of the bands changes sides, which would draw a contour: only the
    // part that goes with the fine band counts.
    float beyond = clamp(bands.x - bands.y, min(bands.x, 0.0), max(bands.x, 0.0));
    float change = FINE * smoothstep(SOFT.x, SOFT.y, ratio) * bands.x;
    change += BEYOND * smoothstep(BLURRED.x, BLURRED.y, ratio) * beyond;
    change *= float(strength) / 100.0;

    vec4 mid = texelFetch(HOOKED_raw, at, 0);
    vec3 n = texel(0, -1), s = texel(0, 1), w = texel(-1, 0), e = texel(1, 0);
    vec3 nw = texel(-1, -1), ne = texel(1, -1), sw = texel(-1, 1), se = texel(1, 1);
    vec3 low = min(min(min(min(nw, n), min(ne, w)), min(min(e, sw), min(s, se))), mid.rgb);
    vec3 high = max(max(max(max(nw, n), max(ne, w)), max(max(e, sw), max(s, se))), mid.rgb);
    return vec4(clamp(mid.rgb + change, low, high), mid.a);
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
