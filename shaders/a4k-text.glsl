// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-text: gives text back as it was. Name it first, or right after a4k-clamp.
//
// Upscalers for drawings bend letters, and thinning and darkening eat them. This file keeps the picture as it is
// where it stands in the list, marks what looks like text, and after all other files, just before the renderer's own
// scaler, puts the original back where the mark is. There it enlarges by itself: a bilinear enlargement is pushed away
// from the mean of the 3x3 pixels around and held between the darkest and the brightest of them. That makes
// strokes of two levels crisp, without halos, and changes nothing where the picture has kept its size.
//
// What counts as text: within 15x15 pixels, strong edges are dense and run in many directions, little lies between
// the two levels that they separate, and such places fill a row or a column of some 80 pixels. So it finds
// burnt-in subtitles, credits and signs with letters of 12 to 40 pixels in height, in any script. It does not
// find larger titles, single letters and short words, thin small letters on bright plates, text of low contrast or on
// grainy or painted ground. And it does not read: fences, tiles, brick walls and tartan with hard edges look
// the same to it and are kept as they were too. Eyes, hair, single lines and shading do not. The
// mark is soft and reaches some 5 pixels beyond the letters.
//
// The renderer may have turned code values into linear or sigmoidal light before its scaler. As in a4k-clamp, the
// file finds out which by comparing flat places before and after, and converts what it puts back. If
// no conversion fits, it puts nothing back. Files that work on the finished picture (they hook OUTPUT, like a4k-lite)
// come after it.
//
// Cost: eight passes; 18 texture reads per pixel where the file stands, before the scaler 3 per pixel and 10
// more where text is, and some 120 000 a frame for the comparison: 30 reads per source pixel in a chain that doubles,
// 70 where text is. It runs at every size.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: how much of the original is given back, in percent; 0 leaves the picture untouched.
// sensitivity: how readily something counts as text, in percent: more finds more text, and more of what is none.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE TEXT_ORIGINAL
//!COMPONENTS 4
//!DESC a4k-text: keep the picture

vec4 hook() {
    return HOOKED_tex(HOOKED_pos);
}

//!HOOK MAIN
//!BIND HOOKED
//!SAVE TEXT_EDGES
//!COMPONENTS 4
//!DESC a4k-text: edges, their direction, and what lies between

#ifndef strength
#define strength 100
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const vec2 STRONG = vec2(0.06, 0.16);           // slopes per pixel: from here on an edge of text,
const vec2 NOTICED = vec2(0.008, 0.02);         // from here on not flat,
const vec2 TEXTURE = vec2(0.04, 0.10);          // and up to here texture or shading

#define bright(x, y) dot(texelFetch(HOOKED_raw, clamp(here + ivec2(x, y), ivec2(0), last), 0).rgb, WEIGHTS)

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    ivec2 last = ivec2(HOOKED_size) - 1;
    ivec2 here = ivec2(HOOKED_pos * HOOKED_size);
    float n = bright(0, -1), s = bright(0, 1), w = bright(-1, 0), e = bright(1, 0);
    float nw = bright(-1, -1), ne = bright(1, -1), sw = bright(-1, 1), se = bright(1, 1);
    vec2 slope = vec2(2.0 * (e - w) + ne - nw + se - sw, 2.0 * (s - n) + sw - nw + se - ne) / 8.0;
    float steep = length(slope);
    vec2 across = slope / max(steep, 1e-4);
    float edge = smoothstep(STRONG.x, STRONG.y, steep);
    float between = smoothstep(NOTICED.x, NOTICED.y, steep) * (1.0 - smoothstep(TEXTURE.x, TEXTURE.y, steep));
    // A direction and its opposite are the same edge: the doubled angle.
    vec2 doubled = vec2(across.x * across.x - across.y * across.y, 2.0 * across.x * across.y);
    return vec4(edge, edge * doubled, between);
#endif
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND TEXT_EDGES
//!SAVE TEXT_ROWS
//!WIDTH HOOKED.w 2 /
//!COMPONENTS 4
//!DESC a4k-text: means of 15 pixels along the rows

#ifndef strength
#define strength 100
#endif

const float ASIDE = 1.0 / 512.0; // of a pixel: where a place lies exactly between two, rounding must not choose

// Seven pairs and a single pixel; a read between two pixels is their mean.
vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    vec2 centre = TEXT_EDGES_pt * (floor(TEXT_EDGES_pos * TEXT_EDGES_size + ASIDE) + 0.5);
    vec4 sum = TEXT_EDGES_tex(centre + vec2(7.0, 0.0) * TEXT_EDGES_pt);
    for (int pair = 0; pair < 7; pair++)
        sum += 2.0 * TEXT_EDGES_tex(centre + vec2(float(pair) * 2.0 - 6.5, 0.0) * TEXT_EDGES_pt);
    return sum / 15.0;
#endif
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND TEXT_ROWS
//!SAVE TEXT_PLACES
//!WIDTH HOOKED.w 2 /
//!HEIGHT HOOKED.h 2 /
//!COMPONENTS 4
//!DESC a4k-text: means along the columns, and what looks like letters

#ifndef strength
#define strength 100
#endif
#ifndef sensitivity
#define sensitivity 50
#endif

const vec2 DENSE = vec2(0.25, 0.36);    // share of strong edges in text,
const vec2 ONE_WAY = vec2(0.60, 0.90);  // of edges in one direction in lines,
const vec2 UNCLEAN = vec2(0.25, 0.40);  // of pixels between the levels in textures
const vec2 LETTER = vec2(0.15, 0.50);   // of all that together in a letter
const float REACH = 0.25;               // by how much sensitivity shifts these, as a share
const float ASIDE = 1.0 / 512.0;        // of a pixel: where a place lies exactly between two, rounding must not choose

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    vec2 centre = TEXT_ROWS_pt * (floor(TEXT_ROWS_pos * TEXT_ROWS_size + ASIDE) + 0.5);
    vec4 mean = TEXT_ROWS_tex(centre + vec2(0.0, 7.0) * TEXT_ROWS_pt);
    for (int pair = 0; pair < 7; pair++)
        mean += 2.0 * TEXT_ROWS_tex(centre + vec2(0.0, float(pair) * 2.0 - 6.5) * TEXT_ROWS_pt);
    mean /= 15.0;
    float shift = 1.0 + REACH * (float(sensitivity) / 50.0 - 1.0);
    float one_way = length(mean.yz) / (mean.x + 1e-3) / shift;
    float dense = smoothstep(DENSE.x, DENSE.y, mean.x * shift);
    float turning = 1.0 - smoothstep(ONE_WAY.x, ONE_WAY.y, one_way);
    float clean = 1.0 - smoothstep(UNCLEAN.x, UNCLEAN.y, mean.w / shift);
    return vec4(smoothstep(LETTER.x, LETTER.y, dense * turning * clean), 0.0, 0.0, 1.0);
#endif
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND TEXT_PLACES
//!SAVE TEXT_MASK
//!WIDTH HOOKED.w 1 + 4 /
//!HEIGHT HOOKED.h 1 + 4 /
//!COMPONENTS 4
//!DESC a4k-text: letters that stand in a row or a column

#ifndef strength
#define strength 100
#endif

const float STEP = 5.0;               // between reads, in pixels of half the size: 10 of the picture
const int STEPS = 8;                  // a row is at least 80 pixels long
const vec2 ROW = vec2(0.65, 0.85);    // share of it that letters fill

// The fullest of three windows through this place: to either side of it and around it.
float fullest(vec2 forward) {
    float before = 0.0, around = 0.0, after = 0.0;
    for (int number = -STEPS; number <= STEPS; number++) {
        float letter = TEXT_PLACES_tex(TEXT_PLACES_pos + float(number) * forward).x;
        before += number <= 0 ? letter : 0.0;
        around += abs(number) <= STEPS / 2 ? letter : 0.0;
        after += number >= 0 ? letter : 0.0;
    }
    return max(around, max(before, after)) / float(STEPS + 1);
}

vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    vec2 forward = STEP * TEXT_PLACES_pt;
    float row = max(fullest(vec2(forward.x, 0.0)), fullest(vec2(0.0, forward.y)));
    return vec4(TEXT_PLACES_tex(TEXT_PLACES_pos).x * smoothstep(ROW.x, ROW.y, row), 0.0, 0.0, 1.0);
#endif
}

//!HOOK PREKERNEL
//!BIND HOOKED
//!BIND TEXT_ORIGINAL
//!SAVE TEXT_FITS
//!WIDTH 13
//!HEIGHT 32
//!COMPONENTS 4
//!DESC a4k-text: how well each conversion explains the picture

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

#define green(x, y) texelFetch(TEXT_ORIGINAL_raw, clamp(texel + ivec2(x, y), ivec2(0), last), 0).g

// x counts the conversions, y the strips of the picture.
vec4 hook() {
#if strength == 0
    return vec4(0.0);
#else
    ivec2 last = ivec2(TEXT_ORIGINAL_size) - 1;
    ivec2 cell = ivec2(HOOKED_pos * vec2(13.0, 32.0));
    float misfit = 0.0, total = 0.0;
    for (int place = 0; place < PLACES; place++) {
        vec2 at = vec2(fract(float(place * STRIPS + cell.y) * GOLDEN), (float(cell.y) + 0.5) / float(STRIPS));
        ivec2 texel = ivec2(at * TEXT_ORIGINAL_size);
        float known = green(0, 0);
        float n = green(0, -1), s = green(0, 1), w = green(-1, 0), e = green(1, 0);
        float range = max(max(n, s), max(max(w, e), known)) - min(min(n, s), min(min(w, e), known));
        float seen = HOOKED_tex((vec2(texel) + 0.5) * TEXT_ORIGINAL_pt).g;
        // Black and white look alike under all conversions.
        float telling = smoothstep(0.02, 0.2, known) * smoothstep(0.02, 0.2, 1.0 - known);
        float weight = telling / (1.0 + range * range / (FLAT * FLAT));
        float error = abs(to_codes(vec3(seen), cell.x).g - known) / (0.5 * range + 2.0 * CODE);
        misfit += weight * min(error, WORST);
        total += weight;
    }
    return vec4(misfit, total, 0.0, 1.0);
#endif
}

//!HOOK PREKERNEL
//!BIND HOOKED
//!BIND TEXT_FITS
//!SAVE TEXT_LIGHT
//!WIDTH 1
//!HEIGHT 1
//!COMPONENTS 4
//!DESC a4k-text: the conversion that fits

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
            sum += texelFetch(TEXT_FITS_raw, ivec2(conversion, strip), 0).xy;
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
//!BIND TEXT_ORIGINAL
//!BIND TEXT_MASK
//!BIND TEXT_LIGHT
//!DESC a4k-text: give text back

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
const float NOTHING = 1.0 / 512.0; // marks below this are left out

const float ASIDE = 1.0 / 512.0;   // of a pixel: where a place lies exactly between two, rounding must not choose
const float STEEPER = 2.5;         // how far a doubled letter moves away from the mean around it

// Away from the mean of 3x3 pixels, which makes edges steeper, but not beyond the darkest and the brightest
// of them: two clean levels stay two clean levels.
vec3 enlarged(vec2 place) {
    ivec2 last = ivec2(TEXT_ORIGINAL_size) - 1;
    ivec2 here = ivec2(place + ASIDE);
    vec3 mean = vec3(0.0);
    vec3 lowest = vec3(1e9), highest = vec3(-1e9);
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            vec3 value = texelFetch(TEXT_ORIGINAL_raw, clamp(here + ivec2(x, y), ivec2(0), last), 0).rgb;
            mean += value / 9.0;
            lowest = min(lowest, value);
            highest = max(highest, value);
        }
    }
    vec2 zoom = HOOKED_size / TEXT_ORIGINAL_size;
    float gain = STEEPER * clamp(sqrt(zoom.x * zoom.y) - 1.0, 0.0, 1.0);
    vec3 plain = TEXT_ORIGINAL_tex(place * TEXT_ORIGINAL_pt).rgb;
    return clamp(plain + gain * (plain - mean), lowest, highest);
}

vec4 hook() {
#if strength == 0
    return HOOKED_tex(HOOKED_pos);
#else
    vec4 here = HOOKED_tex(HOOKED_pos);
    vec2 light = texelFetch(TEXT_LIGHT_raw, ivec2(0), 0).xy;
    float share = TEXT_MASK_tex(TEXT_MASK_pos).x * light.y * float(strength) / 100.0;
    if (share < NOTHING)
        return here;
    vec3 text = from_codes(enlarged(TEXT_ORIGINAL_pos * TEXT_ORIGINAL_size), int(light.x + 0.5));
    return vec4(mix(here.rgb, text, share), here.a);
#endif
}

//!PARAM strength
//!DESC how much of the original is given back where text is, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100

//!PARAM sensitivity
//!DESC how readily something counts as text, in percent
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
50
