#include "Lanes.h"

// Loads and stores of a warp through a window: addresses become offsets, all are checked, then bytes move.

static INLINE char *slot_of(kw_frame frame, int32_t offset) {
    return (offset < 0 ? (char *)frame.constants : frame.registers) + offset;
}

enum { FAILS, IRREGULAR, CONSECUTIVE, UNIFORM };

/// Fills `offsets` (0 in lanes that are off) and tells how they follow each other; FAILS if a lane is not allowed.
static INLINE int resolved(uint32_t mask, const kw_access *access, kw_frame frame, const kw_window *window,
                           int64_t added, uint64_t *offsets) {
    const uint64_t span = (uint64_t)access->bytes * access->count;
    if (window->bytes < span) return FAILS;
    const uint64_t last = window->bytes - span, low = span - 1;
    const uint64_t shift = (uint64_t)access->offset + (uint64_t)added - window->base;
    uint64_t wrong = 0, apart = 0, unequal = 0;
    if (access->address == KW_NO_SLOT) {
        if (shift > last || (shift & low) != 0) return FAILS;
        EACH_LANE offsets[i] = shift;
    } else if (access->isWide) {
        const uint64_t *addresses = (const uint64_t *)slot_of(frame, access->address);
        EACH_LANE_REDUCING {
            uint64_t on = (uint64_t)0 - IS_ACTIVE(mask, i), offset = (addresses[i] + shift) & on;
            offsets[i] = offset;
            wrong |= (uint64_t)(offset > last) | (offset & low);
        }
    } else {
        const uint32_t *addresses = (const uint32_t *)slot_of(frame, access->address);
        EACH_LANE_REDUCING {
            uint64_t on = (uint64_t)0 - IS_ACTIVE(mask, i), offset = ((uint64_t)addresses[i] + shift) & on;
            offsets[i] = offset;
            wrong |= (uint64_t)(offset > last) | (offset & low);
        }
    }
    if (wrong) return FAILS;
    if (window->laneStride) {
        EACH_LANE offsets[i] += i * window->laneStride;
        return IRREGULAR;
    }
    if (mask != ALL) return IRREGULAR;
    const uint64_t first = offsets[0];
    EACH_LANE_REDUCING {
        apart |= offsets[i] ^ (first + i * span);
        unequal |= offsets[i] ^ first;
    }
    return apart == 0 ? CONSECUTIVE : unequal == 0 ? UNIFORM : IRREGULAR;
}

#define LOAD(TM, TD) \
    { \
        const char *host = window->host; \
        for (unsigned k = 0; k < access->count; ++k, host += sizeof(TM)) { \
            if (access->registers[k] == KW_NO_SLOT) continue; \
            TD *d = (TD *)slot_of(frame, access->registers[k]); \
            if (pattern == UNIFORM) { \
                const TD value = (TD)*(const TM *)(host + offsets[0]); \
                EACH_LANE d[i] = value; \
            } else if (pattern == CONSECUTIVE && access->count == 1) { \
                const TM *from = (const TM *)(host + offsets[0]); \
                EACH_LANE d[i] = (TD)from[i]; \
            } else if (mask == ALL) { \
                for (unsigned i = 0; i < LANES; ++i) d[i] = (TD)*(const TM *)(host + offsets[i]); \
            } else { \
                for (uint32_t left = mask; left; left &= left - 1) { \
                    unsigned i = (unsigned)__builtin_ctz(left); \
                    d[i] = (TD)*(const TM *)(host + offsets[i]); \
                } \
            } \
        } \
        return 1; \
    }

CLONES int kw_load(uint32_t mask, const kw_access *access, kw_frame frame, const kw_window *window, int64_t added,
                   uint64_t *offsets) {
    const int pattern = resolved(mask, access, frame, window, added, offsets);
    if (pattern == FAILS) return 0;
    switch (access->element) {
    case KW_ELEMENT_U8: LOAD(uint8_t, uint32_t)
    case KW_ELEMENT_S8: LOAD(int8_t, uint32_t)
    case KW_ELEMENT_U16: LOAD(uint16_t, uint32_t)
    case KW_ELEMENT_S16: LOAD(int16_t, uint32_t)
    case KW_ELEMENT_B32: LOAD(uint32_t, uint32_t)
    case KW_ELEMENT_U8_TO_64: LOAD(uint8_t, uint64_t)
    case KW_ELEMENT_S8_TO_64: LOAD(int8_t, uint64_t)
    case KW_ELEMENT_U16_TO_64: LOAD(uint16_t, uint64_t)
    case KW_ELEMENT_S16_TO_64: LOAD(int16_t, uint64_t)
    case KW_ELEMENT_U32_TO_64: LOAD(uint32_t, uint64_t)
    case KW_ELEMENT_S32_TO_64: LOAD(int32_t, uint64_t)
    default: LOAD(uint64_t, uint64_t)
    }
}

// Lanes in order, each with its whole vector: of several lanes at one place the last one stays.
#define STORE(TM, TS) \
    { \
        if (pattern == CONSECUTIVE && access->count == 1) { \
            const TS *s = (const TS *)slot_of(frame, access->registers[0]); \
            TM *to = (TM *)(window->host + offsets[0]); \
            EACH_LANE to[i] = (TM)s[i]; \
            return 1; \
        } \
        for (uint32_t left = mask; left; left &= left - 1) { \
            unsigned i = (unsigned)__builtin_ctz(left); \
            TM *to = (TM *)(window->host + offsets[i]); \
            for (unsigned k = 0; k < access->count; ++k) \
                to[k] = (TM)((const TS *)slot_of(frame, access->registers[k]))[i]; \
        } \
        return 1; \
    }

CLONES int kw_store(uint32_t mask, const kw_access *access, kw_frame frame, const kw_window *window, int64_t added,
                    uint64_t *offsets) {
    if (!window->isWritable) return 0;
    const int pattern = resolved(mask, access, frame, window, added, offsets);
    if (pattern == FAILS) return 0;
    switch (access->element) {
    case KW_ELEMENT_U8:
    case KW_ELEMENT_S8: STORE(uint8_t, uint32_t)
    case KW_ELEMENT_U16:
    case KW_ELEMENT_S16: STORE(uint16_t, uint32_t)
    case KW_ELEMENT_B32: STORE(uint32_t, uint32_t)
    case KW_ELEMENT_U8_TO_64:
    case KW_ELEMENT_S8_TO_64: STORE(uint8_t, uint64_t)
    case KW_ELEMENT_U16_TO_64:
    case KW_ELEMENT_S16_TO_64: STORE(uint16_t, uint64_t)
    case KW_ELEMENT_U32_TO_64:
    case KW_ELEMENT_S32_TO_64: STORE(uint32_t, uint64_t)
    default: STORE(uint64_t, uint64_t)
    }
}

int kw_resolve(uint32_t mask, const kw_access *access, kw_frame frame, const kw_window *window, int64_t added,
               uint64_t *offsets) {
    return resolved(mask, access, frame, window, added, offsets) != FAILS;
}

uint64_t kw_lane_address(uint32_t lane, const kw_access *access, kw_frame frame, int64_t added) {
    const uint64_t shift = (uint64_t)access->offset + (uint64_t)added;
    if (access->address == KW_NO_SLOT) return shift;
    const char *slot = slot_of(frame, access->address);
    return shift + (access->isWide ? ((const uint64_t *)slot)[lane] : ((const uint32_t *)slot)[lane]);
}

// Costs

uint32_t kw_count_sectors(uint32_t mask, const uint64_t *offsets, uint32_t span) {
    // An access is aligned to its size, which is at most a sector: each lane touches one sector.
    (void)span;
    uint64_t seen[LANES], least = ~0ull, most = 0;
    uint32_t count = 0;
    for (uint32_t left = mask; left; left &= left - 1) {
        const uint64_t sector = offsets[__builtin_ctz(left)] >> 5;
        if (count && sector == seen[count - 1]) continue;
        uint32_t known = 0;
        if (sector >= least && sector <= most)
            for (unsigned j = 0; j < count; ++j) known |= seen[j] == sector;
        if (known) continue;
        seen[count++] = sector;
        if (sector < least) least = sector;
        if (sector > most) most = sector;
    }
    return count;
}

/// Whether two parts of a warp go together: every active lane's neighbour at that distance wants the same or nothing.
static int is_shared_by(uint32_t mask, const uint64_t *offsets, unsigned first, unsigned end, unsigned distance) {
    for (unsigned i = first; i < end; ++i)
        if (IS_ACTIVE(mask, i) && IS_ACTIVE(mask, i ^ distance) && offsets[i] != offsets[i ^ distance]) return 0;
    return 1;
}

/// Passes of the lanes of a part, which the banks serve together.
static uint32_t count_passes(uint32_t mask, const uint64_t *offsets, unsigned first, unsigned end, unsigned words) {
    // All words of one bank that were seen; at most every lane brings a new one.
    uint64_t seen[32][LANES];
    uint8_t count[32] = {0};
    uint32_t most = 0;
    for (unsigned i = first; i < end; ++i) {
        if (!IS_ACTIVE(mask, i)) continue;
        for (unsigned k = 0; k < words; ++k) {
            const uint64_t word = (offsets[i] >> 2) + k;
            const unsigned bank = word & 31;
            unsigned j = 0;
            while (j < count[bank] && seen[bank][j] != word) ++j;
            if (j < count[bank]) continue;
            seen[bank][count[bank]] = word;
            if (++count[bank] > most) most = count[bank];
        }
    }
    return most;
}

uint32_t kw_count_wavefronts(uint32_t mask, const uint64_t *offsets, uint32_t span) {
    const unsigned words = span > 4 ? span / 4 : 1, lanes = LANES / words;
    if (words == 1) return count_passes(mask, offsets, 0, LANES, 1);
    // Wide accesses go in halves or quarters of the warp, two of which may go together (see `SharedBanks`).
    uint32_t total = 0;
    for (unsigned first = 0; first < LANES; first += 2 * lanes) {
        const unsigned middle = first + lanes, end = middle + lanes;
        if (is_shared_by(mask, offsets, first, end, 1) || is_shared_by(mask, offsets, first, end, 2)) {
            total += count_passes(mask, offsets, first, end, words);
        } else {
            total += count_passes(mask, offsets, first, middle, words) +
                     count_passes(mask, offsets, middle, end, words);
        }
    }
    return total;
}
