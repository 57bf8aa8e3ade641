// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-darken: bolder ink lines, and nothing but ink lines.
//
// A pixel belongs to an ink line when the picture is brighter on *both* sides of it, and only across, not along.
// So every second pixel looks at four pairs of opposite points and keeps the darker point of each pair: across a line
// both points lie on bright ground, along it both lie on the line. The four darker points, taken as a vector of twice
// the angle (d0 - d90, d45 - d135), give the direction across smoothly. In that direction seven points make a closing
// (the least maximum of the windows that hold the pixel, a tool of mathematical morphology): it is the brightness of
// the ground in a line narrower than the windows, and the pixel's own brightness anywhere else: in a wider band, on a
// shading border, in a soft gradient. Where the ground shows also ahead, along the line, it was a dot or a corner, and
// stays. What a pixel lacks to the ground is its ink, and this grows by a share of itself: the line gets deeper, its
// flanks get steeper, its width stays.
//
// Limits: growth by g gives here * here / (here + g), so black is approached and never passed, lines that are black
// already stay, and no pixel gets darker than the darkest one near it minus half of the line's contrast.
//
// Letters are lines too. They are told apart by company: bold dark strokes and bold bright strokes of the same size
// that stand close together in many directions, as letters and the gaps between them do, or the fill and the outline of
// a subtitle. There the picture stays. Parallel lines, such as strands of hair, have one direction and are no letters.
//
// All lengths follow the typical line width, given in output pixels and converted with the ratio between
// the output and the picture that the file meets, so the look hardly depends on the place in the chain.
//
// What it does not do: lines more than half again as wide as `line_width` (up to twice as wide they fade out), lines
// along black areas, crossings, and drawings as dense and bold as writing.
//
// Cost: 4 passes (1/2, 1/8, 1/2 and full size) at the size of the picture it meets; 10 texel reads for each of its
// pixels on lines, 8 where nothing looks like a line.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: how much the ink grows: 0 not at all (off), 100 by a half, 200 to twice as much.
// line_width: typical width of lines at half depth, in output pixels.
// letters: 0 leaves letters alone, 1 treats them like lines.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE DARKEN_STROKES
//!WIDTH HOOKED.w 2 /
//!HEIGHT HOOKED.h 2 /
//!COMPONENTS 4
//!DESC a4k-darken: bold dark and bright strokes

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
//!BIND DARKEN_STROKES
//!SAVE DARKEN_LETTERS
//!WIDTH HOOKED.w 7 + 8 /
//!HEIGHT HOOKED.h 7 + 8 /
//!COMPONENTS 1
//!DESC a4k-darken: where both stand close together in many directions

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
            strokes += DARKEN_STROKES_tex(DARKEN_STROKES_pos + stride * vec2(x, y));
    strokes /= float((2 * RINGS + 1) * (2 * RINGS + 1));
    float order = min(length(strokes.zw) / (strokes.x + strokes.y + TINY), 1.0);
    float density = sqrt(strokes.x * strokes.y) * (1.0 - order);
    return vec4(smoothstep(DENSE.x, DENSE.y, density), 0.0, 0.0, 1.0);
}

//!HOOK MAIN
//!BIND HOOKED
//!SAVE DARKEN_LINES
//!WIDTH HOOKED.w 2 /
//!HEIGHT HOOKED.h 2 /
//!COMPONENTS 2
//!DESC a4k-darken: lines and the ground around them

#ifndef line_width
#define line_width 4
#endif

const float REACH = 1.5;                // distance of the outermost probes, in line widths
const float NARROWEST = 1.5;            // line width that can still be measured, in hooked pixels
const vec2 FLAT = vec2(0.03, 0.12);     // contrast at which there may be a line, and certainly is one
const float AHEAD = 0.8;                // distance of the probes along the line, in line widths
const vec2 LINE = vec2(0.5, 0.9);       // share of the ink that must be there too
const float TINY = 1e-4;

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114);

float brightness(vec2 point) {
    return dot(HOOKED_tex(point).rgb, WEIGHTS);
}

float darker(vec2 step_out) {
    return min(brightness(HOOKED_pos + step_out), brightness(HOOKED_pos - step_out));
}

// Returns the ground times the weight of the line, and the weight.
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
    float seen = min(across, max(max(d0, d90), max(d45, d135)) - here);
    if (seen < FLAT.x)
        return vec4(0.0, 0.0, 0.0, 1.0);
    float turn = twice.x / across;
    vec2 normal = sqrt(max(0.5 + 0.5 * vec2(turn, -turn), 0.0)) * vec2(1.0, twice.y < 0.0 ? -1.0 : 1.0);

    // Closing across: the least of the maxima of the four windows of four points that hold this one.
    vec2 stride = far / 3.0 * normal;
    float l3 = brightness(HOOKED_pos - 3.0 * stride), r3 = brightness(HOOKED_pos + 3.0 * stride);
    float l2 = brightness(HOOKED_pos - 2.0 * stride), r2 = brightness(HOOKED_pos + 2.0 * stride);
    float l1 = brightness(HOOKED_pos - stride), r1 = brightness(HOOKED_pos + stride);
    float left = max(l1, l2), right = max(r1, r2);
    float ground = min(min(max(left, l3), max(left, r1)), min(max(l1, right), max(right, r3)));
    float ink = max(ground - here, 0.0);

    vec2 tangent = AHEAD * span * vec2(-normal.y, normal.x);
    float ahead = ground - 0.5 * (brightness(HOOKED_pos + tangent) + brightness(HOOKED_pos - tangent));
    float weight = smoothstep(FLAT.x, FLAT.y, seen) * smoothstep(LINE.x, LINE.y, ahead / (ink + TINY));
    return vec4(ground * weight, weight, 0.0, 1.0);
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND DARKEN_LINES
//!BIND DARKEN_LETTERS
//!DESC a4k-darken: the ink of lines grows by a share of itself

#ifndef strength
#define strength 50
#endif
#ifndef letters
#define letters 0
#endif

const float GROWTH = 0.5;               // of the ink at full strength, as a share of it
const vec2 CONTRAST = vec2(0.02, 0.12); // at which ink begins to grow, and does in full
const float TINY = 1e-4;

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114);

vec4 hook() {
    vec4 plain = HOOKED_tex(HOOKED_pos);
#if strength == 0
    return plain;
#else
    vec2 line = DARKEN_LINES_tex(DARKEN_LINES_pos).xy;
    float here = dot(plain.rgb, WEIGHTS);
    float ink = max(line.x / max(line.y, TINY) - here, 0.0);
    // Between a texel on the line and one beside it, the pixel still is on its flank.
    float amount = min(2.0 * line.y, 1.0) * smoothstep(CONTRAST.x, CONTRAST.y, ink);
#if letters == 0
    amount *= 1.0 - DARKEN_LETTERS_tex(DARKEN_LETTERS_pos).x;
#endif
    // here - here^2 / (here + growth): less and less towards black.
    float room = max(here, 0.0), growth = GROWTH * float(strength) / 100.0 * amount * ink;
    return vec4(plain.rgb - growth * room / (room + growth + TINY), plain.a);
#endif
}

//!PARAM strength
//!DESC how much bolder lines become, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 200
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
