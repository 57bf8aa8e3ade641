// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-upscale-dog-compute: the picture of a4k-upscale-dog for a fraction of its memory traffic.
//
// The mathematics is that of a4k-upscale-dog, see there. Here a group of 16x16 threads first copies its part of
// the picture and two pixels around it into shared memory. Each thread then replaces one pixel by four.
//
// Cost: one pass, 1.6 texel reads per pixel of the small picture (a tile of 20x20 for 16x16 pixels). It runs when
// the output is more than 1.2 times as large in both directions.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; all need compute shaders
// (OpenGL 4.3, Vulkan). Where there are none, as on macOS, take a4k-upscale-dog: the anime4k player leaves this file
// out and says so.
//
// strength: 0 is bilinear scaling, 100 the full effect, in percent.
// noise: where brightness differs by no more than this many 8-bit codes, most of the picture is bilinear.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!WIDTH HOOKED.w 2 *
//!HEIGHT HOOKED.h 2 *
//!COMPUTE 32 32 16 16
//!WHEN OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *
//!DESC a4k-upscale-dog-compute: four new pixels for each

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

const int GROUP = 16; // threads of a group in each direction, one for each pixel of the small picture
const int MARGIN = 2; // pixels read around them
const int TILE = GROUP + 2 * MARGIN;

shared vec4 tile[TILE * TILE];

#define texel(x, y) tile[at + (y) * TILE + (x)]
#define light(x) dot(x, WEIGHTS)
// Weights of bilinear enlargement for the new pixel that touches two sides and the corner between them.
#define bilinear(side, end, corner) (0.5625 * mid + 0.1875 * (side + end) + 0.0625 * corner)

// Keeps a change of brightness within what every colour has room for.
float limited(float change, vec3 base, vec3 low, vec3 high) {
    vec3 down = low - base, up = high - base;
    return clamp(change, max(down.r, max(down.g, down.b)) - OVERSHOOT, min(up.r, min(up.g, up.b)) + OVERSHOOT);
}

void hook() {
    ivec2 pixel = ivec2(gl_WorkGroupID.xy) * GROUP + ivec2(gl_LocalInvocationID.xy);
    ivec2 place = 2 * pixel; // of the first of the four
#if strength == 0
    for (int i = 0; i < 4; i++) {
        ivec2 target = place + ivec2(i % 2, i / 2);
        imageStore(out_image, target, HOOKED_tex(HOOKED_map(target)));
    }
#else
    ivec2 last = ivec2(HOOKED_size) - 1;
    ivec2 first = ivec2(gl_WorkGroupID.xy) * GROUP - MARGIN;
    for (int i = int(gl_LocalInvocationIndex); i < TILE * TILE; i += GROUP * GROUP)
        tile[i] = texelFetch(HOOKED_raw, clamp(first + ivec2(i % TILE, i / TILE), ivec2(0), last), 0);
    barrier();

    int at = (int(gl_LocalInvocationID.y) + MARGIN) * TILE + int(gl_LocalInvocationID.x) + MARGIN;
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

    vec4 base = bilinear(w, n, nw);
    base.rgb += amount * limited(change.x - light(base.rgb), base.rgb, low.rgb, high.rgb);
    imageStore(out_image, place, base);
    base = bilinear(e, n, ne);
    base.rgb += amount * limited(change.y - light(base.rgb), base.rgb, low.rgb, high.rgb);
    imageStore(out_image, place + ivec2(1, 0), base);
    base = bilinear(w, s, sw);
    base.rgb += amount * limited(change.z - light(base.rgb), base.rgb, low.rgb, high.rgb);
    imageStore(out_image, place + ivec2(0, 1), base);
    base = bilinear(e, s, se);
    base.rgb += amount * limited(change.w - light(base.rgb), base.rgb, low.rgb, high.rgb);
    imageStore(out_image, place + ivec2(1, 1), base);
#endif
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
