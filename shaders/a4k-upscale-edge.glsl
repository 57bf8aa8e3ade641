// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-upscale-edge: doubles the picture, with clean edges in every direction and no halos.
//
// Every pixel is to be the mean of 2x2 new ones. So only three numbers are missing: by how much the right pair is
// brighter than the left one, the lower than the upper, and one diagonal than the other. They are predicted from 21
// pixels around. The structure tensor, the mean of the products of the slopes, says how strong an edge is, which
// way it runs, and how surely (coherence; Bigun and Granlund 1987); the place of the pixel between the darkest and
// the brightest one around says on which side of the edge it lies, and how far. These measures, all relative to the
// contrast, steer the weights of the pixels smoothly, as in a bank of filters (RAISR: Romano, Isidoro and Milanfar
// 2016) without its classes. The weights were fitted by us with benchmarks/fit_upscale_edge.py: least squares on
// paintings and drawings, reduced in several ways. They obey the symmetries of the square: no direction is preferred.
//
// The new brightness stays within the 3x3 pixels around. What is added to bilinear enlargement follows the line in
// colour space on which the colours of these pixels lie, so that a colour changes where the brightness does, and it
// is limited so that red, green and blue stay within these pixels too. On grey pictures, and where colour does not
// go with brightness, red, green and blue change by the same amount.
// Where a limit stands in the way (peaks, lines of a pixel, strong colours), the mean gives way: in drawings
// its brightness is off by a code on average.
// At the borders of cut-outs, where alpha changes, it is bilinear enlargement, so that they get no fringes.
//
// It does not remove noise or damage from compression, and sharpens neither more than the picture.
//
// Cost: three passes, two of them at the size of the source; 39 texture reads for each of its pixels.
// It runs when the output is more than 1.2 times as wide and high as the picture.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: 0 is bilinear enlargement, 100 the prediction; above, edges become harder but not higher.
// colour: 0 changes red, green and blue by the same amount, 100 follows the colours around.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE EDGE_COLOUR
//!WHEN OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *
//!COMPONENTS 4
//!DESC a4k-upscale-edge: how colour goes with brightness

#ifndef strength
#define strength 100
#endif
#ifndef colour
#define colour 100
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const float NOISE = 0.006;                      // differences around this are not trusted
const float SPREAD = 0.05;                      // share of differences in colour that counts as noise
const float CUT_OUT = 0.05;                     // difference of alpha from which on it is the border of a cut-out

#define near(x, y) texelFetch(HOOKED_raw, clamp(at + ivec2(x, y), ivec2(0), size - 1), 0)
#define light(p) dot((p).rgb, WEIGHTS)
#define gather(p) y = light(p) - mean_y; d = p.rgb - mean - y; power += y * y; both += y * d; apart += dot(d, d)

vec4 hook() {
#if strength == 0
    return vec4(1.0);
#else
    ivec2 size = ivec2(HOOKED_size), at = ivec2(HOOKED_pos * HOOKED_size);
    vec4 c = near(0, 0), n = near(0, -1), s = near(0, 1), w = near(-1, 0), e = near(1, 0);
    vec3 mean = (c + n + s + w + e).rgb / 5.0;
    float mean_y = dot(mean, WEIGHTS);

    // Regression of the difference between colour and grey on brightness, drawn towards no difference.
    float y, power = 0.0, apart = 0.0;
    vec3 d, both = vec3(0.0);
    gather(c); gather(n); gather(s); gather(w); gather(e);
    vec3 way = 1.0 + float(colour) / 100.0 * both / (power + SPREAD * apart + 5.0 * NOISE * NOISE);
    float cut = max(max(n.a, s.a), max(max(w.a, e.a), c.a)) - min(min(n.a, s.a), min(min(w.a, e.a), c.a));
    return vec4(way, 1.0 - smoothstep(0.0, CUT_OUT, cut));
#endif
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND EDGE_COLOUR
//!SAVE EDGE_CHANGE
//!COMPONENTS 4
//!WHEN OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *
//!DESC a4k-upscale-edge: brightness of the 2x2 pixels, as differences from bilinear

#ifndef strength
#define strength 100
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const float NOISE = 2.0 / 255.0;                // contrasts below this count less and less
const float CONTRAST = 8.0 / 255.0;             // slope at which an edge counts half

// Columns: pixels around, or pairs and fours of them. Rows: measures of the edge.
// fitted numbers
const mat3x4 SHAPE_X1 = mat3x4(
    0.4146, -0.2033, 0.3323, -0.1534,
    -0.0202, 0.0234, -0.1351, 0.0987,
    0.1989, -0.0342, -0.0177, 0.0648);
const mat3x4 SHAPE_X2 = mat3x4(
    -0.0149, 0.0126, 0.0050, -0.0444,
    0.0035, -0.0071, 0.0321, 0.0477,
    0.0108, 0.0154, 0.0425, -0.0461);
const mat3x4 AXIS_X1 = mat3x4(
    -0.0443, 0.0708, -0.0368, 0.0223,
    0.0666, -0.0632, -0.0404, -0.0098,
    0.0487, -0.0109, -0.0415, -0.0238);
const mat3x4 AXIS_X2 = mat3x4(
    -0.0415, -0.0529, 0.0625, 0.0400,
    0.0294, 0.0729, -0.0504, 0.0000,
    0.0335, -0.0147, -0.0206, -0.0421);
const mat3x4 TILT_Y1 = mat3x4(
    0.3376, -0.1065, -0.2920, 0.2195,
    0.0348, -0.0386, -0.0453, -0.0512,
    -0.5746, 0.1298, 0.2895, -0.1621);
const mat3x4 TILT_Y2 = mat3x4(
    -0.0433, 0.0474, 0.0493, -0.0004,
    0.1801, -0.0301, -0.1940, 0.0946,
    0.0536, 0.0139, 0.0876, -0.0343);
const mat4 PLACE_EVEN1 = mat4(
    0.0392, 0.1288, 0.4162, 0.0205,
    -0.0169, 0.0087, 0.1572, -0.1326,
    -0.0059, 0.1333, 0.0626, 0.0074,
    -0.0002, 0.0134, 0.0116, 0.0599);
const mat4 PLACE_EVEN2 = mat4(
    0.0384, 0.1415, 0.1188, 0.0485,
    0.0141, 0.1659, 0.0974, -0.0104,
    -0.0190, -0.3140, -0.2902, -0.0869,
    -0.1516, 0.0023, 0.0061, 0.0270);
const mat3x4 PLACE_XY = mat3x4(
    0.0535, 0.0860, -0.0938, 0.2414,
    -0.0156, 0.0498, 0.0769, -0.0391,
    0.0014, 0.0061, -0.0383, 0.0363);
const mat3x4 CORNER_SHAPE = mat3x4(
    0.0570, 0.0008, 0.1028, -0.1336,
    -0.0105, 0.0091, -0.0190, 0.0502,
    -0.0105, 0.0091, -0.0190, 0.0502);
const mat4 CORNER_TILT1 = mat4(
    0.2152, 0.0429, -0.1013, 0.0919,
    0.2152, 0.0429, -0.1013, 0.0919,
    -0.0569, 0.0204, 0.0558, -0.0166,
    -0.0569, 0.0204, 0.0558, -0.0166);
const mat4 CORNER_TILT2 = mat4(
    -0.2799, 0.0718, 0.2340, -0.0003,
    0.0418, -0.0281, -0.0543, 0.0392,
    0.1668, -0.0413, -0.2207, -0.1669,
    -0.0102, -0.0058, 0.0023, 0.0175);
const mat3x4 CORNER_PLACE1 = mat3x4(
    0.0007, -0.0097, -0.3301, 0.3027,
    0.0056, -0.0144, 0.0418, -0.0332,
    0.0119, 0.0938, 0.0418, 0.1811);
const mat3x4 CORNER_PLACE2 = mat3x4(
    -0.0030, 0.0039, -0.0067, 0.0148,
    -0.0016, -0.0408, -0.0151, -0.0431,
    0.0055, -0.0813, 0.0869, -0.2066);
// end of the fitted numbers

#define near(x, y) texelFetch(HOOKED_raw, clamp(at + ivec2(x, y), ivec2(0), size - 1), 0).rgb
#define level(x, y) dot(near(x, y), WEIGHTS)
#define grey(p) dot(p, WEIGHTS)
#define least(p, q, r) min(p, min(q, r))
#define most(p, q, r) max(p, max(q, r))

// Products of the slopes at a pixel, from its neighbours.
vec3 slopes(float right, float left, float below, float above, float share) {
    vec2 g = vec2(right - left, below - above);
    return share / 64.0 * vec3(g * g, g.x * g.y);
}

// Difference between the two sides, from what is odd across them (x), odd along them (y), even, and odd in both.
float sides(vec3 x1, vec3 x2, vec3 y1, vec3 y2, vec4 even1, vec4 even2, vec3 xy, vec4 shape, vec4 axis, vec4 tilt,
            vec4 place, vec2 slope) {
    return dot(shape, SHAPE_X1 * x1 + SHAPE_X2 * x2) + dot(axis, AXIS_X1 * x1 + AXIS_X2 * x2) +
           dot(tilt, TILT_Y1 * y1 + TILT_Y2 * y2) + slope.x * dot(place, PLACE_EVEN1 * even1 + PLACE_EVEN2 * even2) +
           slope.y * dot(place, PLACE_XY * xy);
}

// Largest step towards the new brightness that keeps red, green and blue between low and high.
float limited(float want, vec3 old, vec3 low, vec3 high, vec3 way) {
    vec3 one = (high - old) / way, other = (low - old) / way;
    vec3 up = max(one, other), down = min(one, other);
    return clamp(want, most(down.r, down.g, down.b), least(up.r, up.g, up.b));
}

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    ivec2 size = ivec2(HOOKED_size), at = ivec2(HOOKED_pos * HOOKED_size);

    // The 3x3 pixels in colour, and as brightness relative to the middle. Relative, because differences are all we use.
    vec3 rgb_nw = near(-1, -1), rgb_n = near(0, -1), rgb_ne = near(1, -1);
    vec3 rgb_w = near(-1, 0), rgb_c = near(0, 0), rgb_e = near(1, 0);
    vec3 rgb_sw = near(-1, 1), rgb_s = near(0, 1), rgb_se = near(1, 1);
    float nw = grey(rgb_nw - rgb_c), n = grey(rgb_n - rgb_c), ne = grey(rgb_ne - rgb_c);
    float w = grey(rgb_w - rgb_c), e = grey(rgb_e - rgb_c);
    float sw = grey(rgb_sw - rgb_c), s = grey(rgb_s - rgb_c), se = grey(rgb_se - rgb_c);

    // The twelve around them.
    float c = grey(rgb_c);
    float nn = level(0, -2) - c, ss = level(0, 2) - c, ww = level(-2, 0) - c, ee = level(2, 0) - c;
    float nnw = level(-1, -2) - c, nne = level(1, -2) - c, ssw = level(-1, 2) - c, sse = level(1, 2) - c;
    float nww = level(-2, -1) - c, nee = level(2, -1) - c, sww = level(-2, 1) - c, see = level(2, 1) - c;

    // Sums and differences by symmetry: odd from left to right, odd from top to bottom, even, odd in both.
    vec3 x1 = vec3(e - w, ee - ww, 0.5 * (se + ne - sw - nw)) * 0.5;
    vec3 y1 = vec3(s - n, ss - nn, 0.5 * (se + sw - ne - nw)) * 0.5;
    vec2 most_x = vec2(most(nw, w, sw), most(ne, e, se)), least_x = vec2(least(nw, w, sw), least(ne, e, se));
    vec2 most_y = vec2(most(nw, n, ne), most(sw, s, se)), least_y = vec2(least(nw, n, ne), least(sw, s, se));
    vec3 x2 = vec3(0.25 * (see + nee - sww - nww), 0.25 * (sse + nne - ssw - nnw),
                   0.5 * (most_x.y + least_x.y - most_x.x - least_x.x));
    vec3 y2 = vec3(0.25 * (sse + ssw - nne - nnw), 0.25 * (see + sww - nee - nww),
                   0.5 * (most_y.y + least_y.y - most_y.x - least_y.x));
    vec3 xy = vec3(nw + se - ne - sw, nww + see - nee - sww, nnw + sse - nne - ssw) * 0.25;
    float low = min(0.0, min(min(least_x.x, least_x.y), min(n, s)));
    float high = max(0.0, max(max(most_x.x, most_x.y), max(n, s)));
    vec4 even1 = vec4(e + w, n + s, ee + ww, nn + ss) * 0.5;
    vec4 even2 = vec4(0.25 * (nw + ne + sw + se), 0.125 * (nww + nee + sww + see + nnw + nne + ssw + sse),
                      0.5 * (high + low), high - low);

    // Structure tensor: slopes at the 3x3 pixels, of which the middle counts most.
    vec3 tensor = slopes(n, nww, w, nnw, 1.0) + slopes(ne, nw, 0.0, nn, 2.0) + slopes(nee, n, e, nne, 1.0) +
                  slopes(0.0, ww, sw, nw, 2.0) + slopes(e, w, s, n, 4.0) + slopes(ee, 0.0, se, ne, 2.0) +
                  slopes(s, sww, ssw, w, 1.0) + slopes(se, sw, ss, 0.0, 2.0) + slopes(see, s, sse, e, 1.0);
    float energy = tensor.x + tensor.y + NOISE * NOISE, steep = sqrt(energy);
    vec2 turn = vec2(tensor.x - tensor.y, 2.0 * tensor.z) / energy; // double angle, its length is the coherence
    vec2 normal = 0.5 * vec2(x1.x + x1.z, y1.x + y1.z) / steep;

    // Where between the darkest and the brightest pixel this one is, from -1 to 1: among 9, and among all 21.
    float lowest = min(min(low, min(min(nn, ss), min(ww, ee))), min(min(min(nnw, nne), min(ssw, sse)),
                       min(min(nww, nee), min(sww, see))));
    float highest = max(max(high, max(max(nn, ss), max(ww, ee))), max(max(max(nnw, nne), max(ssw, sse)),
                        max(max(nww, nee), max(sww, see))));
    float inner = -(high + low) / (high - low + NOISE), outer = -(highest + lowest) / (highest - lowest + NOISE);

    float bend = 0.5 * (even1.x + even1.y) / steep, strong = steep / (steep + CONTRAST);
    float local = (high - low) / (highest - lowest + NOISE); // share of the contrast that lies close by
    float steer = normal.x * normal.x - normal.y * normal.y, inner2 = inner * inner;
    vec4 shape = vec4(1.0, inner2, strong * local, strong * dot(turn, turn));
    vec4 axis = vec4(steer, local * turn.x, inner2 * steer, inner * (even1.x - even1.y) / steep);
    vec4 tilt = vec4(turn.y, normal.x * normal.y, outer * outer * turn.y, bend * xy.x / steep);
    vec4 place = vec4(1.0, bend, outer, outer * inner2);

    // The three differences. The vertical one is the horizontal one of the transposed picture.
    float right = sides(x1, x2, y1, y2, even1, even2, xy, shape, axis, tilt, place, normal);
    float lower = sides(y1, y2, x1, x2, even1.yxwz, even2, xy.xzy, shape, -axis, tilt, place, normal.yx);
    float corner = dot(shape, CORNER_SHAPE * xy) + dot(tilt, CORNER_TILT1 * even1 + CORNER_TILT2 * even2) +
                   dot(place, CORNER_PLACE1 * (y1 * normal.x + x1 * normal.y) +
                                  CORNER_PLACE2 * (y2 * normal.x + x2 * normal.y));

    // What bilinear enlargement gives for the four pixels, and the way from there.
    vec3 old_nw = (9.0 * rgb_c + 3.0 * (rgb_n + rgb_w) + rgb_nw) / 16.0;
    vec3 old_ne = (9.0 * rgb_c + 3.0 * (rgb_n + rgb_e) + rgb_ne) / 16.0;
    vec3 old_sw = (9.0 * rgb_c + 3.0 * (rgb_s + rgb_w) + rgb_sw) / 16.0;
    vec3 old_se = (9.0 * rgb_c + 3.0 * (rgb_s + rgb_e) + rgb_se) / 16.0;
    vec4 old = vec4(3.0 * (n + w) + nw, 3.0 * (n + e) + ne, 3.0 * (s + w) + sw, 3.0 * (s + e) + se) / 16.0;
    vec4 want = vec4(corner - right - lower, right - lower - corner, lower - right - corner, right + lower + corner);
    float share = float(strength) / 100.0;
    vec4 change = clamp(mix(old, want, max(share, 1.0)), low, high) - old;

    vec3 low_rgb = least(least(rgb_nw, rgb_n, rgb_ne), least(rgb_w, rgb_c, rgb_e), least(rgb_sw, rgb_s, rgb_se));
    vec3 high_rgb = most(most(rgb_nw, rgb_n, rgb_ne), most(rgb_w, rgb_c, rgb_e), most(rgb_sw, rgb_s, rgb_se));
    vec4 known = texelFetch(EDGE_COLOUR_raw, at, 0);
    vec3 way = known.rgb;
    way = mix(way, vec3(0.001), lessThan(abs(way), vec3(0.001)));
    share = min(share, 1.0) * known.a;
    return share * vec4(limited(change.x, old_nw, low_rgb, high_rgb, way),
                        limited(change.y, old_ne, low_rgb, high_rgb, way),
                        limited(change.z, old_sw, low_rgb, high_rgb, way),
                        limited(change.w, old_se, low_rgb, high_rgb, way));
#endif
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND EDGE_COLOUR
//!BIND EDGE_CHANGE
//!WIDTH HOOKED.w 2 *
//!HEIGHT HOOKED.h 2 *
//!WHEN OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *
//!DESC a4k-upscale-edge: enlarge and add the differences

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
    vec4 change = texelFetch(EDGE_CHANGE_raw, at, 0);
    vec2 pair = mix(change.xz, change.yw, part.x);
    return plain + vec4(mix(pair.x, pair.y, part.y) * texelFetch(EDGE_COLOUR_raw, at, 0).rgb, 0.0);
#endif
}

//!PARAM strength
//!DESC how much of the prediction replaces bilinear enlargement, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 150
100

//!PARAM colour
//!DESC how far colours follow the brightness at edges, in percent (0 = red, green and blue change alike)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100
