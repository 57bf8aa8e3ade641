// MIT License, Copyright (c) 2026 the anime4k authors
//
// a4k-grain: gives back the grain that a chain has removed, and adds new grain.
//
// Keep: the file's first pass, at MAIN, remembers what every pixel of the source has that the mean around it has not,
// outside lines. Its second pass, on the finished picture, takes the same measure at the same
// distance on the source's grid, and adds what is missing. Grain (and fine texture) that the chain has
// kept or made stronger is left alone. So the file must stand first in a chain, before anything that smooths.
//
// Add: new grain in the brightness only, as of film: a field of random spots of a given size, normally distributed,
// strongest in the middle tones and absent in black, another one for every frame. The numbers come from an integer
// hash of the spot's place and the number of the frame, so every renderer that counts alike shows the same grain.
//
// It does not keep coloured noise, and it does not move old grain that was enlarged back to single pixels.
//
// Cost: 5 reads a source pixel and 6 an output pixel (29 reads a pixel of the 1x picture at a factor of 2); with
// new grain also 9 hashes an output pixel.
// Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; GLSL 1.30, OpenGL 4.1.
//
// strength: percent of everything below. 0 leaves the picture untouched.
// keep: percent of the lost grain that comes back.
// add: strength of new grain; 100 is a standard deviation of 4 % of white in the middle tones. 20 to 40 look like film.
//   Where there are no parameters, edit "#define add".
// grain_size: size of its spots, in percent of an output pixel.
// Renderers from before parameters existed report the blocks at the end as unknown and use the values below.

//!HOOK MAIN
//!BIND HOOKED
//!SAVE GRAIN_OWN
//!DESC a4k-grain: remember the source's own grain

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114); // of red, green and blue in the brightness
const vec2 LINE = vec2(0.10, 0.20); // range of brightness around a pixel: grain, a line

#define brightness(x, y) dot(HOOKED_tex(HOOKED_pos + HOOKED_pt * vec2(x, y)).rgb, WEIGHTS)

vec4 hook() {
    // Filtered reads at the four corners: their mean is the 3x3 binomial mean.
    float own = brightness(0.0, 0.0);
    float nw = brightness(-0.5, -0.5), ne = brightness(0.5, -0.5);
    float sw = brightness(-0.5, 0.5), se = brightness(0.5, 0.5);
    float lowest = min(own, min(min(nw, ne), min(sw, se)));
    float highest = max(own, max(max(nw, ne), max(sw, se)));
    float grain = own - 0.25 * (nw + ne + sw + se);
    return vec4(grain * (1.0 - smoothstep(LINE.x, LINE.y, highest - lowest)), 0.0, 0.0, 1.0);
}

//!HOOK OUTPUT
//!BIND HOOKED
//!BIND GRAIN_OWN
//!DESC a4k-grain: add what is missing of it, and new grain

#ifndef strength
#define strength 100
#endif
#ifndef keep
#define keep 100
#endif
#ifndef add
#define add 0
#endif
#ifndef grain_size
#define grain_size 150
#endif

const vec3 WEIGHTS = vec3(0.299, 0.587, 0.114);
const float NEW_GRAIN = 0.04;          // standard deviation of 100 % new grain, of white
const vec2 DARK = vec2(0.0, 0.15);     // brightness between which new grain comes in
const float BRIGHT_SHARE = 0.4;        // of new grain that is left in white
const float MIDDLE = 0.5;              // brightness above which it becomes less
const float BYTES_DEVIATION = 147.8;   // standard deviation of the sum of four random bytes
const float BYTES_MEAN = 510.0;

#define brightness(x, y) dot(HOOKED_tex(HOOKED_pos + vec2(x, y)).rgb, WEIGHTS)

// Two rounds of multiply and xor-shift: every bit of the result depends on every bit of the argument.
uint mixed(uint bits) {
    bits = (bits ^ (bits >> 16)) * 0x85ebca6bu;
    bits = (bits ^ (bits >> 13)) * 0xc2b2ae35u;
    return bits ^ (bits >> 16);
}

// About normally distributed, standard deviation 1.
float spot(ivec2 place, uint seed) {
    uint bits = mixed(uint(place.x) + mixed(uint(place.y) + seed));
    uint total = (bits & 255u) + ((bits >> 8) & 255u) + ((bits >> 16) & 255u) + (bits >> 24);
    return (float(total) - BYTES_MEAN) / BYTES_DEVIATION;
}

// A field of smooth spots: quadratic B-splines on a grid, made equally strong everywhere.
float fresh(vec2 place, uint seed) {
    vec2 middle = floor(place);
    vec2 part = place - middle;
    vec2 weight[3];
    weight[0] = 0.5 * (1.0 - part) * (1.0 - part);
    weight[1] = 0.75 - (part - 0.5) * (part - 0.5);
    weight[2] = 0.5 * part * part;
    float sum = 0.0, power = 0.0;
    for (int y = 0; y < 3; y++)
        for (int x = 0; x < 3; x++) {
            float share = weight[x].x * weight[y].y;
            sum += share * spot(ivec2(middle) + ivec2(x, y), seed);
            power += share * share;
        }
    return sum * inversesqrt(power);
}

vec4 hook() {
#if strength == 0
    return HOOKED_tex(HOOKED_pos);
#else
    vec4 centre = HOOKED_tex(HOOKED_pos);
    float own = dot(centre.rgb, WEIGHTS);
    float delta = 0.0;
#if keep != 0
    // The corners of a source pixel on the output: further out where the filtered read is narrower.
    vec2 zoom = max(HOOKED_size / GRAIN_OWN_size, 1.0);
    vec2 away = sqrt(0.5 - 0.25 / (zoom * zoom)) * zoom * HOOKED_pt;
    float around = brightness(-away.x, -away.y) + brightness(away.x, -away.y)
                 + brightness(-away.x, away.y) + brightness(away.x, away.y);
    float present = own - 0.25 * around;
    float wanted = GRAIN_OWN_tex(GRAIN_OWN_pos).x;
    float missing = max(wanted - max(present, 0.0), 0.0) + min(wanted - min(present, 0.0), 0.0);
    delta += float(keep) / 100.0 * missing;
#endif
#if add != 0
    float tone = smoothstep(DARK.x, DARK.y, own) * mix(1.0, BRIGHT_SHARE, smoothstep(MIDDLE, 1.0, own));
    vec2 place = floor(HOOKED_pos * HOOKED_size) * (100.0 / float(grain_size));
    delta += NEW_GRAIN * float(add) / 100.0 * tone * fresh(place, mixed(uint(frame)));
#endif
    return vec4(centre.rgb + delta * float(strength) / 100.0, centre.a);
#endif
}

//!PARAM strength
//!DESC how much grain is put on the picture, in percent of what keep and add ask for (0 = off)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100

//!PARAM keep
//!DESC how much of the grain that the chain removed comes back, in percent
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
100

//!PARAM add
//!DESC new grain, in percent of a strong one (0 = none)
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 100
0

//!PARAM grain_size
//!DESC size of the spots of new grain, in percent of an output pixel
//!TYPE DEFINE
//!MINIMUM 100
//!MAXIMUM 800
150
