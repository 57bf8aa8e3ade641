// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-denoise: removes noise and compression dirt, as much as the picture has of them.
//
// First the file measures. At 48x48 places it applies a mask that is blind to planes and to straight edges
// along the axes (J. Immerkaer, "Fast noise variance estimation", 1996); a mean of 1 / sigma^2 listens to the
// quiet places, so texture is not taken for noise. At the same places it compares third differences across
// the lines of an 8x8 grid with those beside them: only block compression makes them differ. Both numbers
// become one sigma for the whole frame.
//
// Then every pixel becomes a weighted mean of 21 neighbours: a bilateral filter (Tomasi and Manduchi, 1998) with
// a range of this sigma. It compares softened brightness more than the pixels themselves, because a noisy pixel
// does not know which neighbours are like it. The range does not shrink in the dark: blacks are cleaned as well.
// A clean picture has a small sigma and stays what it is (see least). Method 1 goes on to the weighted
// median of the same neighbours and method 2 to the mode (mean shift). Both keep small details a little better
// and leave a little more noise. They are sought in steps of weighted means: nothing is undefined, nothing jumps.
//
// It does not look at other frames, it does not mend large blocks or the colour fringes of strong compression, and
// blockiness is recognised only before the picture is resized: put it first in a chain.
//
// Cost: five passes, three of them tiny; 33 reads a pixel of the 1x picture, and 0.3 for the places at 720p.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: percent of the measured noise that the filter is set to. 0 leaves the picture untouched.
// least: the noise, in 8-bit codes, that is assumed even where less is measured. It takes light ringing off clean
//   sources. 0 touches clean pictures least.
// method: 0 mean, 1 median, 2 mode.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE DENOISE_BLOCKS
//!COMPONENTS 4
//!WIDTH 48
//!HEIGHT 48
//!DESC a4k-denoise: noise and blockiness at 48x48 places

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const int BLOCK = 8;          // pixels: the grid of transform blocks
const int REACH = 5;          // pixels read on each side of a corner of the grid
const int SIDE = 2 * REACH + 1;
const int ON_GRID = REACH - 2;   // the difference whose middle is the line of the grid
const int GRID = 48;          // places in a row
const float CODES = 255.0;    // brightness is measured in 8-bit codes here
const float NOISE_SCALE = 0.208890; // sqrt(pi / 2) / 6: mean |noise mask| -> standard deviation
const float SMALLEST = 0.3;   // codes: about the rounding of 8-bit pictures
const float ROUNDING = 0.5;    // codes: keeps the share of the borders small where there is no structure
const float BAR = 2.0;        // codes: a row or column without a pixel brighter than this belongs to a bar

vec4 hook() {
    ivec2 size = ivec2(HOOKED_size);
    ivec2 cell = ivec2(HOOKED_pos * float(GRID));
    ivec2 corners = max(size / BLOCK - 1, ivec2(1));
    ivec2 corner = (1 + (2 * cell + 1) * corners / (2 * GRID)) * BLOCK;

    float lum[SIDE * SIDE];
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            ivec2 at = clamp(corner + ivec2(x, y) - REACH, ivec2(0), size - 1);
            lum[y * SIDE + x] = CODES * dot(texelFetch(HOOKED_raw, at, 0).rgb, WEIGHTS);
        }

    // Bars around the picture say nothing, neither does a place that overlaps one.
    float darkest = 2.0 * BAR;
    for (int line = 0; line < SIDE; line++) {
        float row = 0.0, column = 0.0;
        for (int k = 0; k < SIDE; k++) {
            row = max(row, lum[line * SIDE + k]);
            column = max(column, lum[k * SIDE + line]);
        }
        darkest = min(darkest, min(row, column));
    }
    float valid = smoothstep(BAR, 2.0 * BAR, darkest);

    // Noise: a mask that is blind to planes and straight edges along the axes.
    float noise = 0.0;
    for (int y = 1; y < SIDE - 1; y++)
        for (int x = 1; x < SIDE - 1; x++) {
            int at = y * SIDE + x;
            float diagonal = lum[at - SIDE - 1] + lum[at - SIDE + 1] + lum[at + SIDE - 1] + lum[at + SIDE + 1];
            float sides = lum[at - 1] + lum[at + 1] + lum[at - SIDE] + lum[at + SIDE];
            noise += abs(4.0 * lum[at] - 2.0 * sides + diagonal);
        }
    noise *= NOISE_SCALE / float((SIDE - 2) * (SIDE - 2));

    // Blockiness: third differences across the two lines of the grid, and across the seven lines beside each.
    float border = 0.0, inside = 0.0;
    for (int line = 1; line <= BLOCK; line++)
        for (int k = 0; k < BLOCK; k++) {
            int h = line * SIDE + k, v = k * SIDE + line;
            float jump = abs(lum[h + 3] - 3.0 * (lum[h + 2] - lum[h + 1]) - lum[h])
                       + abs(lum[v + 3 * SIDE] - 3.0 * (lum[v + 2 * SIDE] - lum[v + SIDE]) - lum[v]);
            if (k == ON_GRID)
                border += jump / float(BLOCK);
            else
                inside += jump / float(BLOCK * (BLOCK - 1));
        }

    // Where the grid does not fit into a small picture there is nothing to compare.
    float whole = all(lessThan(corner + REACH, size)) ? valid / (1.0 + inside) : 0.0;
    float quiet = valid / ((noise + SMALLEST) * (noise + SMALLEST));
    return vec4(quiet, valid, whole * (border - inside), whole * (border + inside + ROUNDING));
}

//!HOOK MAIN
//!BIND DENOISE_BLOCKS
//!SAVE DENOISE_CELLS
//!COMPONENTS 4
//!WIDTH 8
//!HEIGHT 8
//!DESC a4k-denoise: means of 6x6 places

const int BLOCKS = 6; // in a row of the mean
const int CELLS = 8;  // means in a row

vec4 hook() {
    ivec2 start = ivec2(DENOISE_BLOCKS_pos * float(CELLS)) * BLOCKS;
    vec4 sum = vec4(0.0);
    for (int y = 0; y < BLOCKS; y++)
        for (int x = 0; x < BLOCKS; x++)
            sum += texelFetch(DENOISE_BLOCKS_raw, start + ivec2(x, y), 0);
    return sum / float(BLOCKS * BLOCKS);
}

//!HOOK MAIN
//!BIND DENOISE_CELLS
//!SAVE DENOISE_SIGMA
//!COMPONENTS 4
//!WIDTH 1
//!HEIGHT 1
//!DESC a4k-denoise: how much to remove

#ifndef strength
#define strength 100
#endif
#ifndef least
#define least 2
#endif

const int CELLS = 8;
const float SMALLEST = 0.3;            // as above
const float RGB_OVER_LUMA = 1.5;       // noise of a channel over that of the brightness: 1 / length(WEIGHTS)
const vec2 CLEAN = vec2(0.4, 1.2);     // codes of brightness noise that count as none and as noise
const vec2 BLOCKY = vec2(0.03, 0.10);  // share of the borders in the differences: none, certainly
const float COMPRESSION = 38.0;      // codes of noise for a share of 1
const float CURVE = 0.8;               // exponent of the share

vec4 hook() {
    vec4 sum = vec4(1e-4);
    for (int y = 0; y < CELLS; y++)
        for (int x = 0; x < CELLS; x++)
            sum += texelFetch(DENOISE_CELLS_raw, ivec2(x, y), 0);

    // The mean of 1 / sigma^2 listens to the quiet blocks: those without texture.
    float noise = max(inversesqrt(sum.x / sum.y) - SMALLEST, 0.0);
    noise *= RGB_OVER_LUMA * smoothstep(CLEAN.x, CLEAN.y, noise);
    float share = max(sum.z / sum.w, 0.0);
    float blocks = smoothstep(BLOCKY.x, BLOCKY.y, share) * COMPRESSION * pow(share, CURVE);
    float total = sqrt(noise * noise + blocks * blocks + float(least * least));
    return vec4(total * float(strength) / 100.0, noise, blocks, share);
}

//!HOOK MAIN
//!BIND HOOKED
//!SAVE DENOISE_GUIDE
//!COMPONENTS 4
//!DESC a4k-denoise: the picture, with its softened brightness as alpha

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness

#define brightness(x, y) dot(texelFetch(HOOKED_raw, clamp(at + ivec2(x, y), ivec2(0), top), 0).rgb, WEIGHTS)

vec4 hook() {
    ivec2 top = ivec2(HOOKED_size) - 1;
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size);
    vec3 own = texelFetch(HOOKED_raw, at, 0).rgb;
    float sides = brightness(0, -1) + brightness(0, 1) + brightness(-1, 0) + brightness(1, 0);
    float corners = brightness(-1, -1) + brightness(1, -1) + brightness(-1, 1) + brightness(1, 1);
    return vec4(own, (4.0 * dot(own, WEIGHTS) + 2.0 * sides + corners) / 16.0);
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND DENOISE_GUIDE
//!BIND DENOISE_SIGMA
//!DESC a4k-denoise: mean, median or mode of the neighbours of like brightness

#ifndef strength
#define strength 100
#endif
#ifndef method
#define method 0
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114);
const float GUIDE = 4.0;      // weight of squared differences of the softened brightness
const float OWN = 0.6;        // of the brightness of the pixels
const float COLOUR = 0.1;     // of their colour without its brightness
const float WIDTH = 1.4;      // of the Gaussian of these differences, in standard deviations of the noise
const float NEARNESS = 0.1;   // fall of the weight with the square of the distance, per pixel^2
const int COUNT = 21;         // pixels of the window
const float CODES = 255.0;
const int STEPS = 3;          // towards the median or the mode
const float KNEE = 0.3;      // softness of the median, in standard deviations
const float KERNEL = 1.0;    // width of the kernel of the mode, in standard deviations

// What a neighbour differs by, and its weight.
vec4 likeness(vec4 there, vec3 here, float softened, float fall, int distance2) {
    float apart = there.a - softened;
    vec3 change = there.rgb - here;
    float own = dot(change, WEIGHTS);
    vec3 colour = change - own;
    float unlike = GUIDE * apart * apart + OWN * own * own + COLOUR * dot(colour, colour);
    return vec4(change, exp(-unlike * fall - NEARNESS * float(distance2)));
}

vec4 share(vec4 neighbour) {
    return vec4(neighbour.rgb * neighbour.a, neighbour.a);
}

#define GUIDE_AT(right, down) texelFetch(DENOISE_GUIDE_raw, clamp(at + ivec2(right, down), ivec2(0), top), 0)
#define LIKENESS(x, y) likeness(GUIDE_AT(x, y), centre.rgb, softened, fall, (x) * (x) + (y) * (y))
#if method == 0
#define NEIGHBOUR(number, x, y) sum += share(LIKENESS(x, y));
#else
#define NEIGHBOUR(number, x, y) list[number] = LIKENESS(x, y); sum += share(list[number]);
#endif

vec4 hook() {
#if strength == 0
    return HOOKED_tex(HOOKED_pos);
#else
    ivec2 top = ivec2(HOOKED_size) - 1;
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size);
    float sigma = texelFetch(DENOISE_SIGMA_raw, ivec2(0), 0).x / CODES;
    float fall = 1.0 / (WIDTH * WIDTH * sigma * sigma + 1e-9);
    vec4 centre = HOOKED_tex(HOOKED_pos);
    float softened = texelFetch(DENOISE_GUIDE_raw, at, 0).a;
    vec4 sum = vec4(0.0);
#if method != 0
    vec4 list[COUNT];
#endif

    // A disc.
    NEIGHBOUR(0, -1, -2) NEIGHBOUR(1, 0, -2) NEIGHBOUR(2, 1, -2)
    NEIGHBOUR(3, -2, -1) NEIGHBOUR(4, -1, -1) NEIGHBOUR(5, 0, -1) NEIGHBOUR(6, 1, -1) NEIGHBOUR(7, 2, -1)
    NEIGHBOUR(8, -2, 0) NEIGHBOUR(9, -1, 0) NEIGHBOUR(10, 0, 0) NEIGHBOUR(11, 1, 0) NEIGHBOUR(12, 2, 0)
    NEIGHBOUR(13, -2, 1) NEIGHBOUR(14, -1, 1) NEIGHBOUR(15, 0, 1) NEIGHBOUR(16, 1, 1) NEIGHBOUR(17, 2, 1)
    NEIGHBOUR(18, -1, 2) NEIGHBOUR(19, 0, 2) NEIGHBOUR(20, 1, 2)

    vec3 delta = sum.rgb / sum.a;
#if method != 0
    // Both are sought in steps of weighted means, so nothing jumps when two neighbours are nearly alike.
    for (int n = 0; n < STEPS; n++) {
        sum = vec4(0.0);
        for (int k = 0; k < COUNT; k++) {
            vec3 off = list[k].rgb - delta;
            float off2 = dot(WEIGHTS, off * off) / (sigma * sigma + 1e-9);
#if method == 1
            float weight = list[k].a * inversesqrt(off2 + KNEE * KNEE);
#else
            float weight = list[k].a * exp(-off2 / (2.0 * KERNEL * KERNEL));
#endif
            sum += vec4(weight * list[k].rgb, weight);
        }
        delta = sum.rgb / (sum.a + 1e-9);
    }
#endif
    return vec4(centre.rgb + delta, centre.a);
#endif
}

//!PARAM strength
//!DESC how much of the measured noise is removed, in percent (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 300
100

//!PARAM least
//!DESC noise to assume at least, in 8-bit codes
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 30
2

//!PARAM method
//!DESC what is taken of the neighbours: 0 mean, 1 median, 2 mode
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 2
0
