// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-clamp: takes away the halos that the rest of a chain leaves beside edges. Name it first.
//
// Where it stands in the list it notes for every pixel the darkest and the brightest value around it. After all
// other files, just before the renderer's own scaler, brightness beyond that range is overshoot and bent back,
// on the bright side and on the dark side alike. A little stays, in proportion to the contrast of
// the place: a hard limit would flatten what a good upscaler restores. Pixels inside the range are passed on as
// they are, and what is taken away is taken from red, green and blue alike, so hues stay.
//
// The scaler may work in linear or sigmoidal light, and a range noted in the picture's own code values means
// nothing there. So the file finds out what the renderer did: at some 1500 places, most of all where the source
// is flat, it compares the source with the picture before the scaler under every conversion that renderers use
// (none, powers of 2.2 and 2.4, sRGB, each with and without a black of 1/1000, plain or sigmoidal with mpv's
// constants). The one that fits decides; the range is applied in code values and only the change is converted.
// If none fits, or the picture has nothing to compare, the picture stays as it is.
//
// It does not take away what the renderer's own scaler adds, nor what files add that work on the finished picture
// (they hook OUTPUT, like a4k-lite), nor halos that are in the source.
//
// Cost: four passes; 9 texture reads per pixel where the file stands, 3 per pixel before the scaler, and about
// 40 000 a frame for the comparison: 21 reads per source pixel in a chain that doubles. It runs at every size.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: how much of the overshoot is taken away, in percent; 0 leaves the picture untouched.
// headroom: how far a value may go beyond the range, in percent of the local contrast.
// undershoot: how much of that is done on the dark side. Files that darken lines on purpose belong in front of this
//     one; where they must stand behind it, 0 leaves their work alone.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE CLAMP_RANGE
//!COMPONENTS 4
//!DESC a4k-clamp: darkest and brightest value around each pixel

#ifndef strength
#define strength 100
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness

#define bright(x, y) dot(texelFetch(HOOKED_raw, clamp(here + ivec2(x, y), ivec2(0), last), 0).rgb, WEIGHTS)

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    ivec2 last = ivec2(HOOKED_size) - 1;
    ivec2 here = ivec2(HOOKED_pos * HOOKED_size);
    vec3 centre = texelFetch(HOOKED_raw, here, 0).rgb;
    float own = dot(centre, WEIGHTS);
    float n = bright(0, -1), s = bright(0, 1), w = bright(-1, 0), e = bright(1, 0);
    float nw = bright(-1, -1), ne = bright(1, -1), sw = bright(-1, 1), se = bright(1, 1);
    float lowest = min(own, min(min(min(n, s), min(w, e)), min(min(nw, ne), min(sw, se))));
    float highest = max(own, max(max(max(n, s), max(w, e)), max(max(nw, ne), max(sw, se))));
    return vec4(lowest, highest, centre.g, 1.0);
#endif
}

//!HOOK PREKERNEL
//!BIND HOOKED
//!BIND CLAMP_RANGE
//!SAVE CLAMP_FITS
//!WIDTH 13
//!HEIGHT 32
//!COMPONENTS 4
//!DESC a4k-clamp: how well each conversion explains the picture

#ifndef strength
#define strength 100
#endif

// Conversions, by number: 0 none; 1 to 6 linear light by a power of 2.4, a power of 2.2, sRGB and the same three
// with a black of 1/1000; 7 to 12 the sigmoid curve of mpv on top of each.
const float BLACK = 0.001;
const float CENTRE = 0.75;
const float SLOPE = 6.5;
const float AT_BLACK = 1.0 / (1.0 + exp(SLOPE * CENTRE));
const float RISE = 1.0 / (1.0 + exp(SLOPE * (CENTRE - 1.0))) - AT_BLACK;

vec3 to_codes(vec3 value, int conversion) {
    if (conversion == 0)
        return value;
    if (conversion > 6) {
        value = (1.0 / (1.0 + exp(SLOPE * (CENTRE - value))) - AT_BLACK) / RISE;
        conversion -= 6;
    }
    if (conversion == 4) {
        float lift = pow(BLACK, 1.0 / 2.4);
        return (pow(max(value, 0.0), vec3(1.0 / 2.4)) - lift) / (1.0 - lift);
    }
    if (conversion > 4) {
        value = (value - BLACK) / (1.0 - BLACK);
        conversion -= 3;
    }
    vec3 light = max(value, 0.0);
    if (conversion == 1)
        return pow(light, vec3(1.0 / 2.4));
    if (conversion == 2)
        return pow(light, vec3(1.0 / 2.2));
    return mix(12.92 * light, 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, light));
}

vec3 from_codes(vec3 code, int conversion) {
    if (conversion == 0)
        return code;
    bool sigmoid = conversion > 6;
    if (sigmoid)
        conversion -= 6;
    code = max(code, 0.0);
    vec3 value;
    if (conversion == 4) {
        float lift = pow(BLACK, 1.0 / 2.4);
        value = pow((1.0 - lift) * code + lift, vec3(2.4));
    } else {
        int curve = conversion > 4 ? conversion - 3 : conversion;
        if (curve == 1)
            value = pow(code, vec3(2.4));
        else if (curve == 2)
            value = pow(code, vec3(2.2));
        else
            value = mix(code / 12.92, pow((code + 0.055) / 1.055, vec3(2.4)), step(0.04045, code));
        if (conversion > 4)
            value = value * (1.0 - BLACK) + BLACK;
    }
    if (sigmoid)
        value = CENTRE - log(1.0 / (clamp(value, 0.0, 1.0) * RISE + AT_BLACK) - 1.0) / SLOPE;
    return value;
}
const int STRIPS = 32;         // the picture is sampled in this many rows,
const int PLACES = 48;         // at this many places each
const float GOLDEN = 0.618034; // rows begin at different places, spread evenly
const float CODE = 1.0 / 255.0;
const float FLAT = 0.04;      // ranges below this count as flat
const float WORST = 3.0;      // one place can be no worse evidence than this

// x counts the conversions, y the strips of the picture.
vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    ivec2 cell = ivec2(HOOKED_pos * vec2(13.0, 32.0));
    float misfit = 0.0, total = 0.0;
    for (int place = 0; place < PLACES; place++) {
        vec2 at = vec2(fract(float(place * STRIPS + cell.y) * GOLDEN), (float(cell.y) + 0.5) / float(STRIPS));
        ivec2 texel = ivec2(at * CLAMP_RANGE_size);
        vec3 known = texelFetch(CLAMP_RANGE_raw, texel, 0).xyz;
        float seen = HOOKED_tex((vec2(texel) + 0.5) * CLAMP_RANGE_pt).g;
        float range = known.y - known.x;
        // Black and white look alike under all conversions.
        float telling = smoothstep(0.02, 0.2, known.z) * smoothstep(0.02, 0.2, 1.0 - known.z);
        float weight = telling / (1.0 + range * range / (FLAT * FLAT));
        float error = abs(to_codes(vec3(seen), cell.x).g - known.z) / (0.5 * range + 2.0 * CODE);
        misfit += weight * min(error, WORST);
        total += weight;
    }
    return vec4(misfit, total, 0.0, 1.0);
#endif
}

//!HOOK PREKERNEL
//!BIND HOOKED
//!BIND CLAMP_FITS
//!SAVE CLAMP_LIGHT
//!WIDTH 1
//!HEIGHT 1
//!COMPONENTS 4
//!DESC a4k-clamp: the conversion that fits

#ifndef strength
#define strength 100
#endif

const int CONVERSIONS = 13;
const int STRIPS = 32;
const float BETTER = 0.003;  // by how much a later conversion must fit better than an earlier one
const float FEW = 0.5;       // places that count in full: with fewer nothing is known,
const float ENOUGH = 2.0;    // with this many all is
const float GOOD = 0.6;      // misfits below this are noise,
const float BAD = 1.2;       // above this no conversion explains the picture

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    float best = 1e9, chosen = 0.0, total = 0.0;
    for (int conversion = 0; conversion < CONVERSIONS; conversion++) {
        vec2 sum = vec2(0.0);
        for (int strip = 0; strip < STRIPS; strip++)
            sum += texelFetch(CLAMP_FITS_raw, ivec2(conversion, strip), 0).xy;
        float misfit = sum.x / max(sum.y, 1e-6);
        total = sum.y;
        if (misfit < best - BETTER) {
            best = misfit;
            chosen = float(conversion);
        }
    }
    // A picture that has its final size is not scaled, so nothing was converted, whatever it shows.
    vec2 larger = abs(HOOKED_size - target_size);
    float known = max(larger.x, larger.y) < 0.5 ? 1.0 : smoothstep(FEW, ENOUGH, total);
    return vec4(chosen, known * (1.0 - smoothstep(GOOD, BAD, best)), 0.0, 1.0);
#endif
}

//!HOOK PREKERNEL
//!BIND HOOKED
//!BIND CLAMP_RANGE
//!BIND CLAMP_LIGHT
//!DESC a4k-clamp: bend overshoot back

#ifndef strength
#define strength 100
#endif
#ifndef headroom
#define headroom 5
#endif
#ifndef undershoot
#define undershoot 100
#endif

// Conversions, by number: 0 none; 1 to 6 linear light by a power of 2.4, a power of 2.2, sRGB and the same three
// with a black of 1/1000; 7 to 12 the sigmoid curve of mpv on top of each.
const float BLACK = 0.001;
const float CENTRE = 0.75;
const float SLOPE = 6.5;
const float AT_BLACK = 1.0 / (1.0 + exp(SLOPE * CENTRE));
const float RISE = 1.0 / (1.0 + exp(SLOPE * (CENTRE - 1.0))) - AT_BLACK;

vec3 to_codes(vec3 value, int conversion) {
    if (conversion == 0)
        return value;
    if (conversion > 6) {
        value = (1.0 / (1.0 + exp(SLOPE * (CENTRE - value))) - AT_BLACK) / RISE;
        conversion -= 6;
    }
    if (conversion == 4) {
        float lift = pow(BLACK, 1.0 / 2.4);
        return (pow(max(value, 0.0), vec3(1.0 / 2.4)) - lift) / (1.0 - lift);
    }
    if (conversion > 4) {
        value = (value - BLACK) / (1.0 - BLACK);
        conversion -= 3;
    }
    vec3 light = max(value, 0.0);
    if (conversion == 1)
        return pow(light, vec3(1.0 / 2.4));
    if (conversion == 2)
        return pow(light, vec3(1.0 / 2.2));
    return mix(12.92 * light, 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, light));
}

vec3 from_codes(vec3 code, int conversion) {
    if (conversion == 0)
        return code;
    bool sigmoid = conversion > 6;
    if (sigmoid)
        conversion -= 6;
    code = max(code, 0.0);
    vec3 value;
    if (conversion == 4) {
        float lift = pow(BLACK, 1.0 / 2.4);
        value = pow((1.0 - lift) * code + lift, vec3(2.4));
    } else {
        int curve = conversion > 4 ? conversion - 3 : conversion;
        if (curve == 1)
            value = pow(code, vec3(2.4));
        else if (curve == 2)
            value = pow(code, vec3(2.2));
        else
            value = mix(code / 12.92, pow((code + 0.055) / 1.055, vec3(2.4)), step(0.04045, code));
        if (conversion > 4)
            value = value * (1.0 - BLACK) + BLACK;
    }
    if (sigmoid)
        value = CENTRE - log(1.0 / (clamp(value, 0.0, 1.0) * RISE + AT_BLACK) - 1.0) / SLOPE;
    return value;
}
const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const float LEAST_ROOM = 1.0 / 255.0;           // dither and grain in flat places are no halos
const float NOTHING = 0.05 / 255.0;             // changes below this are left out

vec4 hook() {
    vec4 here = HOOKED_tex(HOOKED_pos);
#if strength == 0
    return here;
#else
    vec2 light = texelFetch(CLAMP_LIGHT_raw, ivec2(0), 0).xy;
    vec2 range = CLAMP_RANGE_tex(CLAMP_RANGE_pos).xy;
    int conversion = int(light.x + 0.5);
    vec3 codes = to_codes(here.rgb, conversion);
    float bright = dot(codes, WEIGHTS);
    float excess = bright - clamp(bright, range.x, range.y);
    float room = float(headroom) / 100.0 * (range.y - range.x) + LEAST_ROOM;
    float kept = excess * room / (room + abs(excess));
    float change = (kept - excess) * light.y * float(strength) / 100.0;
    if (excess < 0.0)
        change *= float(undershoot) / 100.0;
    if (abs(change) < NOTHING)
        return here;
    return vec4(here.rgb + from_codes(codes + change, conversion) - from_codes(codes, conversion), here.a);
#endif
}

//!PARAM strength
//!DESC how much of the overshoot is taken away, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100

//!PARAM headroom
//!DESC how far values may go beyond the range around them, in percent of the local contrast
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
5

//!PARAM undershoot
//!DESC how much of it is done on the dark side too, in percent of strength
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100
