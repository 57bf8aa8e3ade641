// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-upscale-edge-fast: a4k-upscale-edge from 3x3 pixels, for less than half the texture reads.
//
// Every pixel is to be the mean of 2x2 new ones. The three numbers that are missing (right minus left, lower minus
// upper, and the diagonal difference) are predicted from the eight pixels around: a weighted sum of them, with weights
// that follow the structure tensor (Bigun and Granlund 1987: direction, strength and coherence of an edge) and the
// place of the pixel between the darkest and the brightest one around, smoothly and relative to the contrast. The
// weights were fitted by us with benchmarks/fit_upscale_edge.py: least squares on paintings and drawings, reduced in
// several ways. They obey the symmetries of the square: no direction is preferred.
//
// Red, green and blue change by the same amount, and none of them leaves the range of its 3x3 pixels. So edges between
// strong colours, where one of the three has no room, stay softer than with a4k-upscale-edge.
// Where a limit stands in the way (peaks, lines of a pixel, strong colours), the mean gives way: in drawings
// its brightness is off by a code on average.
// At the borders of cut-outs, where alpha changes, it is bilinear enlargement, so that they get no fringes.
//
// It does not remove noise or damage from compression, and sharpens neither more than the picture.
//
// Cost: two passes, one of them at the size of the source; 17 texture reads for each of its pixels.
// It runs when the output is more than 1.2 times as wide and high as the picture.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: 0 is bilinear enlargement, 100 the prediction; above, edges become harder but not higher.
// Renderers from before parameters existed report the block at the end as unknown and use the value below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE EDGEFAST_CHANGE
//!COMPONENTS 4
//!WHEN OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *
//!DESC a4k-upscale-edge-fast: brightness of the 2x2 pixels, as differences from bilinear

#ifndef strength
#define strength 100
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const float NOISE = 2.0 / 255.0;                // contrasts below this count less and less
const float CONTRAST = 8.0 / 255.0;             // slope at which an edge counts half
const float CUT_OUT = 0.05;                     // difference of alpha from which on it is the border of a cut-out

// Columns: pixels around, or pairs and fours of them. Rows: measures of the edge.
// fitted numbers
const mat3x4 SHAPE_X = mat3x4(
    0.8197, -0.5277, -0.1603, -0.1508,
    -0.0493, -0.3020, 0.0281, 0.2733,
    0.0862, 0.0259, -0.0544, 0.0173);
const mat3x4 AXIS_X = mat3x4(
    0.3062, -0.0994, -0.0076, -0.3289,
    0.1913, -0.0900, 0.0129, 0.0089,
    -0.0091, -0.0529, 0.0131, 0.0960);
const mat3x4 TILT_Y = mat3x4(
    -0.7838, 0.2520, 0.0656, 0.1214,
    -0.1529, -0.3509, -0.0904, -0.7122,
    0.6929, 0.0686, 0.0266, 0.1735);
const mat4 PLACE_EVEN = mat4(
    0.6269, 0.3942, -0.3273, 0.0952,
    -0.4097, 0.0143, -0.1674, 0.0078,
    0.8303, 0.7071, -0.1203, -0.1957,
    -1.2131, -1.0780, 0.6527, -0.1354);
const vec4 PLACE_XY = vec4(
    -0.1466, 0.0145, -0.3341, 0.4018);
const vec4 CORNER_SHAPE = vec4(
    0.1751, 0.0638, -0.0402, -0.1022);
const mat4 CORNER_TILT = mat4(
    0.0276, 0.1188, 0.0363, 0.1378,
    0.0276, 0.1188, 0.0363, 0.1378,
    0.9393, 0.1367, -0.0467, -0.3223,
    -0.8188, -0.3272, 0.0096, 0.1762);
const mat3x4 CORNER_PLACE = mat3x4(
    -0.3721, 0.0707, -0.0505, 0.4576,
    0.0041, 0.0537, 0.0901, 0.1958,
    0.1055, -0.0875, -0.0394, -0.2377);
// end of the fitted numbers

#define near(x, y) texelFetch(HOOKED_raw, clamp(at + ivec2(x, y), ivec2(0), size - 1), 0)
#define grey(p) dot((p).rgb, WEIGHTS)
#define least(p, q, r) min(p, min(q, r))
#define most(p, q, r) max(p, max(q, r))

// Products of the slopes between four pixels.
vec3 slopes(float nw, float ne, float sw, float se) {
    vec2 g = vec2(ne + se - nw - sw, sw + se - nw - ne);
    return vec3(g * g, g.x * g.y) / 16.0;
}

// Difference between the two sides, from what is odd across them (x), odd along them (y), even, and odd in both.
float sides(vec3 x, vec3 y, vec4 even, float xy, vec4 shape, vec4 axis, vec4 tilt, vec4 place, vec2 slope_xy) {
    return dot(shape, SHAPE_X * x) + dot(axis, AXIS_X * x) + dot(tilt, TILT_Y * y) +
           dot(place, slope_xy.x * (PLACE_EVEN * even) + slope_xy.y * xy * PLACE_XY);
}

// The change, as far as red, green and blue stay between low and high.
float limited(float change, vec3 old, vec3 low, vec3 high) {
    vec3 up = high - old, down = low - old;
    return clamp(change, most(down.r, down.g, down.b), least(up.r, up.g, up.b));
}

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    ivec2 size = ivec2(HOOKED_size), at = ivec2(HOOKED_pos * HOOKED_size);

    // The pixels, and their brightness relative to the middle.
    vec4 p_nw = near(-1, -1), p_n = near(0, -1), p_ne = near(1, -1);
    vec4 p_w = near(-1, 0), p_c = near(0, 0), p_e = near(1, 0);
    vec4 p_sw = near(-1, 1), p_s = near(0, 1), p_se = near(1, 1);
    float nw = grey(p_nw - p_c), n = grey(p_n - p_c), ne = grey(p_ne - p_c);
    float w = grey(p_w - p_c), e = grey(p_e - p_c);
    float sw = grey(p_sw - p_c), s = grey(p_s - p_c), se = grey(p_se - p_c);

    // Sums and differences by symmetry: odd from left to right, odd from top to bottom, even, odd in both.
    vec2 most_x = vec2(most(nw, w, sw), most(ne, e, se)), least_x = vec2(least(nw, w, sw), least(ne, e, se));
    vec2 most_y = vec2(most(nw, n, ne), most(sw, s, se)), least_y = vec2(least(nw, n, ne), least(sw, s, se));
    float low = min(0.0, min(min(least_x.x, least_x.y), min(n, s)));
    float high = max(0.0, max(max(most_x.x, most_x.y), max(n, s)));
    vec3 x = vec3(e - w, 0.5 * (se + ne - sw - nw), most_x.y + least_x.y - most_x.x - least_x.x) * 0.5;
    vec3 y = vec3(s - n, 0.5 * (se + sw - ne - nw), most_y.y + least_y.y - most_y.x - least_y.x) * 0.5;
    vec4 even = vec4(e + w, n + s, 0.5 * (nw + ne + sw + se), high + low) * 0.5;
    float xy = (nw + se - ne - sw) * 0.25;

    // Structure tensor: slopes at the four corners of this pixel.
    vec3 tensor = slopes(nw, n, w, 0.0) + slopes(n, ne, 0.0, e) + slopes(w, 0.0, sw, s) + slopes(0.0, e, s, se);
    float energy = tensor.x + tensor.y + NOISE * NOISE, steep = sqrt(energy);
    vec2 turn = vec2(tensor.x - tensor.y, 2.0 * tensor.z) / energy; // double angle, its length is the coherence
    vec2 normal = 0.5 * vec2(x.x + x.y, y.x + y.y) / steep;

    float inside = -(high + low) / (high - low + NOISE); // place between the darkest and the brightest, -1 to 1
    float bend = 0.5 * (even.x + even.y) / steep, cross_bend = xy / steep;
    float sure = dot(turn, turn), strong = steep / (steep + CONTRAST), inside2 = inside * inside;
    vec4 shape = vec4(1.0, inside2, (high - low) / steep, sure * sure);
    vec4 axis = vec4(strong * turn.x, normal.x * normal.x - normal.y * normal.y, (even.x - even.y) / steep,
                     sure * turn.x);
    vec4 tilt = vec4(inside2 * normal.x * normal.y, bend * cross_bend, cross_bend, sure * turn.y);
    vec4 place = vec4(inside, bend, inside * sure, inside * inside2);

    // The three differences. The vertical one is the horizontal one of the transposed picture.
    float right = sides(x, y, even, xy, shape, axis, tilt, place, normal);
    float lower = sides(y, x, even.yxzw, xy, shape, -axis, tilt, place, normal.yx);
    float corner = dot(shape, CORNER_SHAPE) * xy + dot(tilt, CORNER_TILT * even) +
                   dot(place, CORNER_PLACE * (y * normal.x + x * normal.y));

    // What bilinear enlargement gives for the four pixels, and the way from there.
    vec4 old_nw = (9.0 * p_c + 3.0 * (p_n + p_w) + p_nw) / 16.0;
    vec4 old_ne = (9.0 * p_c + 3.0 * (p_n + p_e) + p_ne) / 16.0;
    vec4 old_sw = (9.0 * p_c + 3.0 * (p_s + p_w) + p_sw) / 16.0;
    vec4 old_se = (9.0 * p_c + 3.0 * (p_s + p_e) + p_se) / 16.0;
    vec4 old = vec4(3.0 * (n + w) + nw, 3.0 * (n + e) + ne, 3.0 * (s + w) + sw, 3.0 * (s + e) + se) / 16.0;
    vec4 want = vec4(corner - right - lower, right - lower - corner, lower - right - corner, right + lower + corner);
    float share = float(strength) / 100.0;
    vec4 change = clamp(mix(old, want, max(share, 1.0)), low, high) - old;

    vec4 lowest = least(least(p_nw, p_n, p_ne), least(p_w, p_c, p_e), least(p_sw, p_s, p_se));
    vec4 highest = most(most(p_nw, p_n, p_ne), most(p_w, p_c, p_e), most(p_sw, p_s, p_se));
    share = min(share, 1.0) * (1.0 - smoothstep(0.0, CUT_OUT, highest.a - lowest.a));
    return share * vec4(limited(change.x, old_nw.rgb, lowest.rgb, highest.rgb),
                        limited(change.y, old_ne.rgb, lowest.rgb, highest.rgb),
                        limited(change.z, old_sw.rgb, lowest.rgb, highest.rgb),
                        limited(change.w, old_se.rgb, lowest.rgb, highest.rgb));
#endif
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND EDGEFAST_CHANGE
//!WIDTH HOOKED.w 2 *
//!HEIGHT HOOKED.h 2 *
//!WHEN OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *
//!DESC a4k-upscale-edge-fast: enlarge and add the differences

#ifndef strength
#define strength 100
#endif

vec4 hook() {
    vec4 plain = HOOKED_tex(HOOKED_pos);
#if strength == 0
    return plain;
#else
    vec2 place = HOOKED_pos * HOOKED_size;
    ivec2 at = ivec2(place);
    vec2 part = step(0.5, place - vec2(at));
    vec4 change = texelFetch(EDGEFAST_CHANGE_raw, at, 0);
    vec2 pair = mix(change.xz, change.yw, part.x);
    return plain + vec4(vec3(mix(pair.x, pair.y, part.y)), 0.0);
#endif
}

//!PARAM strength
//!DESC how much of the prediction replaces bilinear enlargement, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 150
100
