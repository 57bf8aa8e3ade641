// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-thin: finer ink lines, and nothing but ink lines.
//
// A pixel belongs to an ink line when the picture is brighter on *both* sides of it, and only across, not along.
// So every second pixel looks at four pairs of opposite points and keeps the darker point of each pair: across a line
// both points lie on bright ground, along it both lie on the line. A shading border, a soft gradient or the rim of a
// bright disc has one side that is not brighter, so nothing of it counts; a dot is brighter around in every
// direction, and cancels. The four darker points, taken as a vector of twice the angle (d0 - d90, d45 - d135),
// give the direction across the line smoothly, without a decision between directions. Where the line does not
// go on ahead, it was a corner or an end, and stays.
// Then every pixel near a line finds from the brightness across which flank of the line it is on and how far down, and
// reads the picture (with a Catmull-Rom filter, which does not blur) a little further out, so that the bright ground on
// either side moves in. The middle of a line and everything that is no line stay where they are.
//
// Letters are lines too. They are told apart by company: bold dark strokes and bold bright strokes of the same size
// that stand close together in many directions, as letters and the gaps between them do, or the fill and the outline of
// a subtitle. There the picture stays. Parallel lines, such as strands of hair, have one direction and are no letters.
//
// All lengths follow the typical line width, given in output pixels and converted with the ratio between
// the output and the picture that the file meets, so the look hardly depends on the place in the chain.
//
// What it does not do: bright lines, lines more than half again as wide as `line_width`, lines along black areas,
// the last bit of a line's ends, crossings, and drawings as dense and bold as writing. It is at its best on a picture
// that is already enlarged: a line of less than two pixels cannot get thinner, only lighter.
//
// Cost: 4 passes (1/2, 1/8, 1/2 and full size) at the size of the picture it meets; 16 texel reads for each of its
// pixels on lines, 7 where nothing looks like a line.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: how much of `line_width` a line loses: 0 nothing (off), 100 a third.
// line_width: typical width of lines at half depth, in output pixels.
// letters: 0 leaves letters alone, 1 treats them like lines.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE THIN_STROKES
//!WIDTH HOOKED.w 2 /
//!HEIGHT HOOKED.h 2 /
//!COMPONENTS 4
//!DESC a4k-thin: bold dark and bright strokes

#ifndef line_width
#define line_width 4
#endif

const float REACH = 1.5;              // distance of the probes, in line widths
const float NARROWEST = 1.5;          // line width that can still be measured, in hooked pixels
const vec2 BOLD = vec2(0.30, 0.50);   // contrast at which a stroke begins to count as bold, and does in full
const float TINY = 1e-4;

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114);

float brightness(vec2 point) {
    return dot(HOOKED_tex(point).rgb, WEIGHTS);
}

// The darker and the negated brighter point of a pair.
vec2 extremes(vec2 step_out) {
    float one = brightness(HOOKED_pos + step_out), other = brightness(HOOKED_pos - step_out);
    return vec2(min(one, other), -max(one, other));
}

vec4 hook() {
    float zoom = sqrt(target_size.x * target_size.y / (HOOKED_size.x * HOOKED_size.y));
    vec2 far = HOOKED_pt * REACH * max(float(line_width) / zoom, NARROWEST);
    // A whole texel, not the mean of the four that meet here: fine strokes must not be averaged away.
    float here = brightness(HOOKED_pos + 0.5 * HOOKED_pt);
    vec2 p0 = extremes(vec2(far.x, 0.0)), p90 = extremes(vec2(0.0, far.y));
    vec2 p45 = extremes(0.707107 * far), p135 = extremes(0.707107 * vec2(-far.x, far.y));
    vec2 most = max(max(p0, p90), max(p45, p135)) + vec2(-here, here);
    vec2 bold = smoothstep(vec2(BOLD.x), vec2(BOLD.y), most);
    // The directions across both, as vectors of twice the angle and of the stroke's weight.
    vec2 dark = vec2(p0.x - p90.x, p45.x - p135.x), bright = vec2(p0.y - p90.y, p45.y - p135.y);
    vec2 twice = bold.x * dark / (length(dark) + TINY) + bold.y * bright / (length(bright) + TINY);
    return vec4(bold, twice);
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND THIN_STROKES
//!SAVE THIN_LETTERS
//!WIDTH HOOKED.w 7 + 8 /
//!HEIGHT HOOKED.h 7 + 8 /
//!COMPONENTS 1
//!DESC a4k-thin: where both stand close together in many directions

#ifndef line_width
#define line_width 4
#endif

const float RADIUS = 6.0;               // of the neighbourhood, in line widths
const float NARROWEST = 1.5;            // line width that can still be measured, in hooked pixels
const int RINGS = 3;                    // probes on either side of the middle
const vec2 DENSE = vec2(0.001, 0.006);  // density of unordered strokes that begins to be writing, and is in full
const float TINY = 1e-5;

vec4 hook() {
    float zoom = sqrt(target_size.x * target_size.y / (HOOKED_size.x * HOOKED_size.y));
    vec2 stride = HOOKED_pt * RADIUS * max(float(line_width) / zoom, NARROWEST) / (float(RINGS) + 0.5);
    vec4 strokes = vec4(0.0);
    for (int y = -RINGS; y <= RINGS; y++)
        for (int x = -RINGS; x <= RINGS; x++)
            strokes += THIN_STROKES_tex(THIN_STROKES_pos + stride * vec2(x, y));
    strokes /= float((2 * RINGS + 1) * (2 * RINGS + 1));
    float order = min(length(strokes.zw) / (strokes.x + strokes.y + TINY), 1.0);
    float density = sqrt(strokes.x * strokes.y) * (1.0 - order);
    return vec4(smoothstep(DENSE.x, DENSE.y, density), 0.0, 0.0, 1.0);
}

//!HOOK MAIN
//!BIND HOOKED
//!SAVE THIN_LINES
//!WIDTH HOOKED.w 2 /
//!HEIGHT HOOKED.h 2 /
//!COMPONENTS 4
//!DESC a4k-thin: lines, their directions and the ground around them

#ifndef line_width
#define line_width 4
#endif

const float REACH = 1.5;                // distance of the outermost probes, in line widths
const float NARROWEST = 1.5;            // line width that can still be measured, in hooked pixels
const vec2 FLAT = vec2(0.01, 0.03);     // difference of directions at which there may be a line, and is something
const vec2 CONTRAST = vec2(0.03, 0.10); // depth at which a line begins to count, and does in full
const float AHEAD = 0.8;                // distance of the probes along the line, in line widths
const vec2 LINE = vec2(0.5, 0.9);       // share of the depth that the line must have there too
const vec2 BOTH = vec2(0.3, 0.7);       // share of the contrast to the brighter side that the other side must have
const float TINY = 1e-4;

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114);

float brightness(vec2 point) {
    return dot(HOOKED_tex(point).rgb, WEIGHTS);
}

float darker(vec2 step_out) {
    return min(brightness(HOOKED_pos + step_out), brightness(HOOKED_pos - step_out));
}

// Returns twice the angle, the ground and 1, each times the weight of the line.
vec4 hook() {
    float zoom = sqrt(target_size.x * target_size.y / (HOOKED_size.x * HOOKED_size.y));
    vec2 span = HOOKED_pt * max(float(line_width) / zoom, NARROWEST);
    vec2 far = REACH * span;
    float here = brightness(HOOKED_pos);
    float d0 = darker(vec2(far.x, 0.0)), d90 = darker(vec2(0.0, far.y));
    float d45 = darker(0.707107 * far), d135 = darker(0.707107 * vec2(-far.x, far.y));

    // Twice the angle: opposite directions are the same, directions at right angles are opposites.
    vec2 twice = vec2(d0 - d90, d45 - d135);
    float across = length(twice);
    float ground = max(max(d0, d90), max(d45, d135));
    if (across < FLAT.x)
        return vec4(0.0);
    float turn = twice.x / across;
    vec2 normal = sqrt(max(0.5 + 0.5 * vec2(turn, -turn), 0.0)) * vec2(1.0, twice.y < 0.0 ? -1.0 : 1.0);

    // The line's middle and flank, as far as it reaches here.
    vec2 near = 0.5 * span * normal;
    float one = brightness(HOOKED_pos + near), other = brightness(HOOKED_pos - near);
    float depth = ground - min(here, min(one, other));

    vec2 tangent = AHEAD * span * vec2(-normal.y, normal.x);
    float ahead = ground - 0.5 * (brightness(HOOKED_pos + tangent) + brightness(HOOKED_pos - tangent));
    float weight = smoothstep(FLAT.x, FLAT.y, across) * smoothstep(CONTRAST.x, CONTRAST.y, depth);
    weight *= smoothstep(LINE.x, LINE.y, ahead / max(ground - here, 0.25 * depth + TINY));
    weight *= smoothstep(BOTH.x, BOTH.y, depth / max(abs(one - other), TINY));
    return vec4(twice / across * weight, ground * weight, weight);
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND THIN_LINES
//!BIND THIN_LETTERS
//!DESC a4k-thin: bright ground moves into lines

#ifndef strength
#define strength 50
#endif
#ifndef line_width
#define line_width 4
#endif
#ifndef letters
#define letters 0
#endif

const float NARROWEST = 1.5;            // line width that can still be measured, in hooked pixels
const float MOVE = 0.17;                // longest way at full strength, in line widths
const vec2 CONTRAST = vec2(0.04, 0.20); // at which a line begins to move, and does in full
const vec2 BOTH = vec2(0.3, 0.7);       // share of the contrast to the brighter side that the other side must have
const float DILATE = 1.5;               // between a texel on a line and one beside it, a pixel still is on its flank
const float TINY = 1e-4;

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114);

float brightness(vec2 point) {
    return dot(HOOKED_tex(point).rgb, WEIGHTS);
}

// Catmull-Rom through five bilinear reads (the four corners weigh next to nothing), within the range of the reads.
vec3 smooth_read(vec2 point) {
    vec2 where = point * HOOKED_size - 0.5;
    vec2 f = fract(where), base = floor(where) + 0.5;
    vec2 w0 = f * (-0.5 + f * (1.0 - 0.5 * f));
    vec2 w1 = 1.0 + f * f * (1.5 * f - 2.5);
    vec2 w3 = f * f * (0.5 * f - 0.5);
    vec2 w12 = 1.0 - w0 - w3;
    vec2 before = (base - 1.0) * HOOKED_pt, after = (base + 2.0) * HOOKED_pt;
    vec2 middle = (base + (w12 - w1) / w12) * HOOKED_pt;
    vec3 c = HOOKED_tex(middle).rgb;
    vec3 n = HOOKED_tex(vec2(middle.x, before.y)).rgb, s = HOOKED_tex(vec2(middle.x, after.y)).rgb;
    vec3 w = HOOKED_tex(vec2(before.x, middle.y)).rgb, e = HOOKED_tex(vec2(after.x, middle.y)).rgb;
    vec3 sum = c * w12.x * w12.y + (n * w0.y + s * w3.y) * w12.x + (w * w0.x + e * w3.x) * w12.y;
    sum /= w12.x * w12.y + (w0.y + w3.y) * w12.x + (w0.x + w3.x) * w12.y;
    return clamp(sum, min(c, min(min(n, s), min(w, e))), max(c, max(max(n, s), max(w, e))));
}

vec4 hook() {
    vec4 plain = HOOKED_tex(HOOKED_pos);
#if strength == 0
    return plain;
#else
    vec4 line = THIN_LINES_tex(THIN_LINES_pos);
    if (line.w < 0.01)
        return plain;
    float zoom = sqrt(target_size.x * target_size.y / (HOOKED_size.x * HOOKED_size.y));
    float span = max(float(line_width) / zoom, NARROWEST);
    float here = dot(plain.rgb, WEIGHTS);
    float turn = line.x / max(length(line.xy), TINY);
    vec2 normal = sqrt(max(0.5 + 0.5 * vec2(turn, -turn), 0.0)) * vec2(1.0, line.y < 0.0 ? -1.0 : 1.0);
    float ground = line.z / line.w;

    // The same for this very pixel: which flank it is on, and how far down.
    vec2 near = HOOKED_pt * 0.5 * span * normal;
    float one = brightness(HOOKED_pos + near), other = brightness(HOOKED_pos - near);
    float depth = ground - min(here, min(one, other));
    float amount = min(DILATE * line.w, 1.0) * smoothstep(CONTRAST.x, CONTRAST.y, depth);
    amount *= smoothstep(BOTH.x, BOTH.y, depth / max(abs(one - other), TINY));
#if letters == 0
    amount *= 1.0 - THIN_LETTERS_tex(THIN_LETTERS_pos).x;
#endif
    if (amount <= 0.0)
        return plain;
    float flank = clamp((one - other) / max(depth, TINY), -1.0, 1.0);
    vec2 move = HOOKED_pt * normal * flank * amount * (MOVE * span * float(strength) / 100.0);
    return vec4(smooth_read(HOOKED_pos + move), plain.a);
#endif
}

//!PARAM strength
//!DESC how much thinner lines become, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
50

//!PARAM line_width
//!DESC typical width of lines, in output pixels
//!TYPE DEFINE
//!MINIMUM 1
//!MAXIMUM 16
4

//!PARAM letters
//!DESC letters: 0 = leave them alone, 1 = treat them like lines
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 1
0
