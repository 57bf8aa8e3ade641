-- Presses the keys of an exported configuration in a running mpv and writes down what happens.
--
-- Script options (--script-opts): a4k_verify-rows: keys, names of profiles behind "profile:", or "start" for what
-- is there before any key, separated by "|";
-- a4k_verify-report: the file to write. One line of JSON per row, a form feed for each look at a picture that is
-- not finished; mpv quits after the last row.

local options = { rows = "", report = "" }
require("mp.options").read_options(options, "a4k_verify")
local utils = require("mp.utils")

local QUIET = 0.4    -- seconds between two looks at the passes of the last frame
local UNCHANGED = 10 -- seconds after which the passes are taken to be those of the row before
local PATIENCE = 120 -- seconds a picture may take, with software rendering in mind

local rows = {}
for row in options.rows:gmatch("[^|]+") do rows[#rows + 1] = row end
local report = assert(io.open(options.report, "w"))
local current = 0

local function passes()
    local found = {}
    local drawn = mp.get_property_native("vo-passes")
    for _, pass in ipairs(drawn and drawn.fresh or {}) do found[#found + 1] = pass.desc end
    return found
end

local function same(first, second)
    if #first ~= #second then return false end
    for index, value in ipairs(first) do
        if value ~= second[index] then return false end
    end
    return true
end

local next_row

-- The list of passes belongs to the last frame that was drawn: wait until it stays the same.
local function settle(row, before, began, last)
    local now = passes()
    local waited = mp.get_time() - began
    local changed = not same(now, before)
    local stable = last and same(now, last)
    if (stable and changed and #now > 0) or (stable and waited > UNCHANGED) or waited > PATIENCE then
        report:write(utils.format_json({
            row = row,
            shaders = mp.get_property_native("glsl-shaders"),
            passes = now,
        }), "\n")
        report:flush()
        next_row()
    else
        report:write("\f")
        report:flush()
        mp.add_timeout(QUIET, function() settle(row, before, began, now) end)
    end
end

next_row = function()
    current = current + 1
    local row = rows[current]
    if not row then
        report:write(utils.format_json({ done = true, version = mp.get_property("mpv-version"),
                                         vo = mp.get_property("current-vo") }), "\n")
        report:close()
        mp.command("quit")
        return
    end
    local before = passes()
    local profile = row:match("^profile:(.*)")
    -- A marker in the log, so that what follows can be told to belong to this row.
    mp.msg.warn("row " .. row)
    if profile then
        mp.commandv("apply-profile", profile)
    elseif row == "start" then
        before = {}
    else
        mp.commandv("keypress", row)
    end
    mp.add_timeout(QUIET, function() settle(row, before, mp.get_time(), nil) end)
end

mp.register_event("file-loaded", function()
    if current == 0 then mp.add_timeout(QUIET, next_row) end
end)
