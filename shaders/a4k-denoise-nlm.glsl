// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-denoise-nlm: removes noise and compression dirt like a4k-denoise, slower and better.
//
// The sigma of the frame is measured in the same way: at 48x48 places, a mask that is blind to planes and to straight
// edges along the axes (J. Immerkaer, "Fast noise variance estimation", 1996), with a mean of 1 / sigma^2 that listens
// to the quiet places, and third differences across the lines of an 8x8 grid against those beside them.
//
// Then non-local means (Buades, Coll and Morel, 2005): every pixel becomes a weighted mean of the 37 pixels in a disc,
// and a pixel weighs as much as its 3x3 surroundings look alike. Instead of nine differences a patch has four numbers,
// its mean, its two slopes and its saddle, computed once for every pixel. They carry most of what a patch of a drawing
// says and less of its noise (Tasdizen, "Principal neighborhood dictionaries for nonlocal means", 2009), and one read
// fetches all of them. Lines are averaged along the line and not across it.
//
// It does not look at other frames, it does not mend large blocks or the colour fringes of strong compression, and
// blockiness is recognised only before the picture is resized: put it first in a chain.
//
// Cost: five passes, three of them tiny; 86 reads a pixel of the 1x picture, and 0.3 for the places at 720p.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: percent of the measured noise that the filter is set to. 0 leaves the picture untouched.
// least: the noise, in 8-bit codes, that is assumed even where less is measured. It takes light ringing off clean
//   sources. 0 touches clean pictures least.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE NLM_BLOCKS
//!COMPONENTS 4
//!WIDTH 48
//!HEIGHT 48
//!DESC a4k-denoise-nlm: noise and blockiness at 48x48 places

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
//!BIND NLM_BLOCKS
//!SAVE NLM_CELLS
//!COMPONENTS 4
//!WIDTH 8
//!HEIGHT 8
//!DESC a4k-denoise-nlm: means of 6x6 places

const int BLOCKS = 6; // in a row of the mean
const int CELLS = 8;  // means in a row

vec4 hook() {
    ivec2 start = ivec2(NLM_BLOCKS_pos * float(CELLS)) * BLOCKS;
    vec4 sum = vec4(0.0);
    for (int y = 0; y < BLOCKS; y++)
        for (int x = 0; x < BLOCKS; x++)
            sum += texelFetch(NLM_BLOCKS_raw, start + ivec2(x, y), 0);
    return sum / float(BLOCKS * BLOCKS);
}

//!HOOK MAIN
//!BIND NLM_CELLS
//!SAVE NLM_SIGMA
//!COMPONENTS 4
//!WIDTH 1
//!HEIGHT 1
//!DESC a4k-denoise-nlm: how much to remove

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
const float COMPRESSION = 30.0;      // codes of noise for a share of 1
const float CURVE = 0.8;               // exponent of the share

vec4 hook() {
    vec4 sum = vec4(1e-4);
    for (int y = 0; y < CELLS; y++)
        for (int x = 0; x < CELLS; x++)
            sum += texelFetch(NLM_CELLS_raw, ivec2(x, y), 0);

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
//!SAVE NLM_PATCH
//!COMPONENTS 4
//!DESC a4k-denoise-nlm: mean, slopes and curvature of every 3x3 patch

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness

#define brightness(x, y) dot(texelFetch(HOOKED_raw, clamp(at + ivec2(x, y), ivec2(0), top), 0).rgb, WEIGHTS)

vec4 hook() {
    ivec2 top = ivec2(HOOKED_size) - 1;
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size);
    float c = brightness(0, 0);
    float n = brightness(0, -1), s = brightness(0, 1), w = brightness(-1, 0), e = brightness(1, 0);
    float nw = brightness(-1, -1), ne = brightness(1, -1), sw = brightness(-1, 1), se = brightness(1, 1);
    return vec4((4.0 * c + 2.0 * (n + s + w + e) + nw + ne + sw + se) / 16.0,
                (2.0 * (e - w) + ne - nw + se - sw) / 8.0,
                (2.0 * (s - n) + sw - nw + se - ne) / 8.0,
                (n + s - w - e) / 4.0);
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND NLM_PATCH
//!BIND NLM_SIGMA
//!DESC a4k-denoise-nlm: mean of the pixels whose surroundings look alike

#ifndef strength
#define strength 100
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114);
const vec4 PATCH = vec4(2.0, 2.0, 2.0, 1.0); // weight of squared differences of the patches' numbers
const float OWN = 0.3;        // of the brightness of the pixels
const float COLOUR = 0.03;    // of their colour without its brightness
const float WIDTH = 1.4;      // of the Gaussian of these differences, in standard deviations of the noise
const float NEARNESS = 0.06;  // fall of the weight with the square of the distance, per pixel^2
const float CODES = 255.0;

// What a neighbour differs by, times its weight, and the weight.
vec4 share(vec3 there, vec3 here, vec4 apart, float fall, int distance2) {
    vec3 change = there - here;
    float own = dot(change, WEIGHTS);
    vec3 colour = change - own;
    float unlike = dot(PATCH, apart * apart) + OWN * own * own + COLOUR * dot(colour, colour);
    float weight = exp(-unlike * fall - NEARNESS * float(distance2));
    return vec4(weight * change, weight);
}

#define PLACE(right, down) clamp(at + ivec2(right, down), ivec2(0), top)
#define PIXEL(x, y) texelFetch(HOOKED_raw, PLACE(x, y), 0).rgb
#define APART(x, y) (texelFetch(NLM_PATCH_raw, PLACE(x, y), 0) - patch_here)
#define NEIGHBOUR(x, y) sum += share(PIXEL(x, y), centre.rgb, APART(x, y), fall, (x) * (x) + (y) * (y));

vec4 hook() {
#if strength == 0
    return HOOKED_tex(HOOKED_pos);
#else
    ivec2 top = ivec2(HOOKED_size) - 1;
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size);
    float width = WIDTH * texelFetch(NLM_SIGMA_raw, ivec2(0), 0).x / CODES;
    float fall = 1.0 / (width * width + 1e-9);
    vec4 centre = HOOKED_tex(HOOKED_pos);
    vec4 patch_here = texelFetch(NLM_PATCH_raw, at, 0);
    vec4 sum = vec4(0.0);

    // A disc.
    NEIGHBOUR(-1, -3) NEIGHBOUR(0, -3) NEIGHBOUR(1, -3)
    NEIGHBOUR(-2, -2) NEIGHBOUR(-1, -2) NEIGHBOUR(0, -2) NEIGHBOUR(1, -2) NEIGHBOUR(2, -2)
    NEIGHBOUR(-3, -1) NEIGHBOUR(-2, -1) NEIGHBOUR(-1, -1) NEIGHBOUR(0, -1) NEIGHBOUR(1, -1) NEIGHBOUR(2, -1)
    NEIGHBOUR(3, -1)
    NEIGHBOUR(-3, 0) NEIGHBOUR(-2, 0) NEIGHBOUR(-1, 0) NEIGHBOUR(0, 0) NEIGHBOUR(1, 0) NEIGHBOUR(2, 0)
    NEIGHBOUR(3, 0)
    NEIGHBOUR(-3, 1) NEIGHBOUR(-2, 1) NEIGHBOUR(-1, 1) NEIGHBOUR(0, 1) NEIGHBOUR(1, 1) NEIGHBOUR(2, 1)
    NEIGHBOUR(3, 1)
    NEIGHBOUR(-2, 2) NEIGHBOUR(-1, 2) NEIGHBOUR(0, 2) NEIGHBOUR(1, 2) NEIGHBOUR(2, 2)
    NEIGHBOUR(-1, 3) NEIGHBOUR(0, 3) NEIGHBOUR(1, 3)

    return vec4(centre.rgb + sum.rgb / sum.a, centre.a);
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
