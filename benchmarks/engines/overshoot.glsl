//!HOOK MAIN
//!BIND HOOKED
//!DESC overshoot at every edge

// Sharpens far too much, so that a shader which limits overshoot has something to do.
vec4 hook() {
    vec4 centre = HOOKED_texOff(vec2(0.0));
    vec4 around = HOOKED_texOff(vec2(-1.0, 0.0)) + HOOKED_texOff(vec2(1.0, 0.0))
                + HOOKED_texOff(vec2(0.0, -1.0)) + HOOKED_texOff(vec2(0.0, 1.0));
    return vec4(centre.rgb + 1.5 * (centre.rgb - 0.25 * around.rgb), centre.a);
}
