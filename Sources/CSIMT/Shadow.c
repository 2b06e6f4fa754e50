#include "Lanes.h"

// Shadow memory: who touched each word of memory last, and which bytes were ever written.

static INLINE int is_ordered(uint32_t stamp, uint32_t warp, unsigned lane, const uint32_t *clocks) {
    const uint32_t other = (stamp >> 5) & 31, clock = stamp >> 10;
    if (other == warp) return (stamp & 31) == lane || clock < clocks[warp];
    return clock <= clocks[other];
}

static INLINE uint32_t bytes_in_word(uint64_t first, uint64_t end, uint64_t word) {
    const uint64_t low = first > word * 4 ? first - word * 4 : 0, high = end < word * 4 + 4 ? end - word * 4 : 4;
    return ((1u << high) - 1) & ~((1u << low) - 1);
}

static int report(kw_conflict *conflict, kw_conflict_kind kind, unsigned lane, uint64_t offset, uint32_t stamp) {
    conflict->kind = kind;
    conflict->lane = lane;
    conflict->offset = offset;
    conflict->other = stamp;
    return 1;
}

/// What is wrong with one word; all of a warp's words are looked at before any of them changes.
static INLINE kw_conflict_kind conflict_of(const kw_word_shadow *cell, uint32_t bytes, kw_effect effect, uint32_t warp,
                                           unsigned lane, const uint32_t *clocks, uint32_t checks, uint32_t *other) {
    if ((checks & KW_CHECK_WRITTEN) && effect != KW_EFFECT_STORE && (cell->written & bytes) != bytes)
        return KW_CONFLICT_UNWRITTEN;
    if (!(checks & KW_CHECK_RACES)) return KW_CONFLICT_NONE;
    if (cell->isPending) return KW_CONFLICT_PENDING;
    const int bothAtomic = effect == KW_EFFECT_ATOMIC && cell->isAtomic;
    if ((cell->writerBytes & bytes) && !bothAtomic && !is_ordered(cell->writer, warp, lane, clocks)) {
        *other = cell->writer;
        return effect == KW_EFFECT_LOAD ? KW_CONFLICT_READ_AFTER_WRITE : KW_CONFLICT_WRITE_AFTER_WRITE;
    }
    if (effect == KW_EFFECT_LOAD) return KW_CONFLICT_NONE;
    for (int k = 0; k < 2; ++k)
        if ((cell->readerBytes[k] & bytes) && !is_ordered(cell->readers[k], warp, lane, clocks)) {
            *other = cell->readers[k];
            return KW_CONFLICT_WRITE_AFTER_READ;
        }
    return KW_CONFLICT_NONE;
}

static INLINE void note_read(kw_word_shadow *cell, uint32_t bytes, uint32_t stamp, uint32_t warp, unsigned lane,
                             const uint32_t *clocks) {
    if (cell->readers[0] == stamp) {
        cell->readerBytes[0] |= bytes;
    } else if (cell->readerBytes[0] == 0 || is_ordered(cell->readers[0], warp, lane, clocks)) {
        cell->readers[0] = stamp;
        cell->readerBytes[0] = bytes;
        if (cell->readerBytes[1] && is_ordered(cell->readers[1], warp, lane, clocks)) cell->readerBytes[1] = 0;
    } else {
        // Two readers that nothing orders: whoever writes next is another thread than one of them.
        cell->readers[1] = stamp;
        cell->readerBytes[1] = bytes;
    }
}

static INLINE void note_write(kw_word_shadow *cell, uint32_t bytes, uint32_t stamp, int isAtomic) {
    cell->writerBytes = cell->writer == stamp ? cell->writerBytes | bytes : bytes;
    cell->writer = stamp;
    cell->isAtomic = isAtomic;
    cell->written |= bytes;
    if (!isAtomic) cell->readerBytes[0] = cell->readerBytes[1] = 0;
}

int kw_see_shared(kw_word_shadow *cells, uint32_t mask, const uint64_t *offsets, uint32_t span, kw_effect effect,
                  uint32_t warp, const uint32_t *clocks, uint32_t checks, kw_conflict *conflict) {
    int found = 0;
    unsigned repeats = 0;
    uint64_t before = ~0ull;
    for (uint32_t left = mask; left && !found; left &= left - 1) {
        const unsigned lane = (unsigned)__builtin_ctz(left);
        const uint64_t first = offsets[lane], end = first + span;
        repeats = first == before ? repeats + 1 : 0;
        before = first;
        // Of lanes side by side that read one place, one may have written it; two of them see what all see.
        if (effect == KW_EFFECT_LOAD && repeats > 1) continue;
        for (uint64_t word = first / 4; word * 4 < end; ++word) {
            uint32_t other = 0;
            const kw_conflict_kind kind = conflict_of(cells + word, bytes_in_word(first, end, word), effect, warp,
                                                      lane, clocks, checks, &other);
            if (kind != KW_CONFLICT_NONE) {
                found = report(conflict, kind, lane, first, other);
                break;
            }
        }
    }
    repeats = 0;
    before = ~0ull;
    for (uint32_t left = mask; left; left &= left - 1) {
        const unsigned lane = (unsigned)__builtin_ctz(left);
        const uint64_t first = offsets[lane], end = first + span;
        repeats = first == before ? repeats + 1 : 0;
        before = first;
        if (effect == KW_EFFECT_LOAD && repeats > 1) continue;
        const uint32_t stamp = clocks[warp] << 10 | warp << 5 | lane;
        for (uint64_t word = first / 4; word * 4 < end; ++word) {
            kw_word_shadow *cell = cells + word;
            const uint32_t bytes = bytes_in_word(first, end, word);
            if (effect == KW_EFFECT_LOAD) {
                note_read(cell, bytes, stamp, warp, lane, clocks);
                // What was reported once is not reported again.
                cell->written |= bytes;
            } else {
                note_write(cell, bytes, stamp, effect == KW_EFFECT_ATOMIC);
            }
        }
    }
    return found;
}

int kw_see_global(kw_block_shadow *cells, uint32_t mask, const uint64_t *offsets, uint32_t span, kw_effect effect,
                  uint32_t block, const uint8_t *known, kw_conflict *conflict) {
    const uint32_t stamp = block + 1;
    int found = 0;
    for (uint32_t left = mask; left; left &= left - 1) {
        const unsigned lane = (unsigned)__builtin_ctz(left);
        const uint64_t first = offsets[lane], end = first + span;
        for (uint64_t word = first / 4; word * 4 < end; ++word) {
            kw_block_shadow *cell = cells + word;
            const uint32_t bytes = bytes_in_word(first, end, word);
            const int bothAtomic = effect == KW_EFFECT_ATOMIC && cell->isAtomic;
            if (!found && (cell->writerBytes & bytes) && cell->writer != stamp && !bothAtomic &&
                !known[cell->writer - 1])
                found = report(conflict,
                               effect == KW_EFFECT_LOAD ? KW_CONFLICT_READ_AFTER_WRITE : KW_CONFLICT_WRITE_AFTER_WRITE,
                               lane, first, cell->writer - 1);
            if (!found && effect != KW_EFFECT_LOAD && (cell->readerBytes & bytes) && cell->reader != stamp &&
                !known[cell->reader - 1])
                found = report(conflict, KW_CONFLICT_WRITE_AFTER_READ, lane, first, cell->reader - 1);
            if (effect == KW_EFFECT_LOAD) {
                // The first reader of another block stays: it conflicts with whoever writes later.
                if (cell->readerBytes == 0 || cell->reader == stamp || known[cell->reader - 1]) {
                    cell->readerBytes = cell->reader == stamp ? cell->readerBytes | bytes : bytes;
                    cell->reader = stamp;
                }
            } else {
                cell->writerBytes = cell->writer == stamp ? cell->writerBytes | bytes : bytes;
                cell->writer = stamp;
                cell->isAtomic = effect == KW_EFFECT_ATOMIC;
            }
        }
    }
    return found;
}

int kw_see_written(uint8_t *written, uint32_t mask, const uint64_t *offsets, uint32_t span, kw_effect effect,
                   kw_conflict *conflict) {
    int found = 0;
    for (uint32_t left = mask; left; left &= left - 1) {
        const unsigned lane = (unsigned)__builtin_ctz(left);
        uint8_t *place = written + offsets[lane];
        for (uint32_t k = 0; k < span; ++k) {
            if (effect != KW_EFFECT_STORE && !place[k] && !found)
                found = report(conflict, KW_CONFLICT_UNWRITTEN, lane, offsets[lane], 0);
            place[k] = 1;
        }
    }
    return found;
}
