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

#define WHOLE_WORD 15u

/// The bytes of a word that a record tells about: all of them, as long as nobody touched a part of the word.
static INLINE uint32_t scope_of(unsigned isSplit, unsigned half) { return isSplit ? 3u << (2 * half) : WHOLE_WORD; }

/// Of a mask of bytes, those of the scope replaced or, if `adds`, added to.
static INLINE uint32_t noted(uint32_t mask, uint32_t scope, uint32_t bytes, int adds) {
    return adds ? mask | bytes : (mask & ~scope) | bytes;
}

static INLINE void split(kw_word_shadow *cell, kw_word_record *upper) {
    if (cell->isSplit) return;
    *upper = cell->record;
    cell->atomicHalves = cell->atomicHalves & 1 ? 3 : 0;
    cell->isSplit = 1;
}

/// What is wrong with one word; all of a warp's words are looked at before any of them changes.
static INLINE kw_conflict_kind conflict_of(const kw_word_shadow *cell, const kw_word_record *upper, uint32_t bytes,
                                           uint32_t used, kw_effect effect, uint32_t warp, unsigned lane,
                                           const uint32_t *clocks, uint32_t checks, uint32_t *other) {
    if ((checks & KW_CHECK_WRITTEN) && effect != KW_EFFECT_STORE && (bytes & used & ~(uint32_t)cell->written))
        return KW_CONFLICT_UNWRITTEN;
    if (!(checks & KW_CHECK_RACES)) return KW_CONFLICT_NONE;
    if (cell->isPending) return KW_CONFLICT_PENDING;
    const unsigned isSplit = cell->isSplit;
    for (unsigned half = 0; half <= isSplit; ++half) {
        const kw_word_record *record = half ? upper : &cell->record;
        const uint32_t part = bytes & scope_of(isSplit, half);
        const int bothAtomic = effect == KW_EFFECT_ATOMIC && ((cell->atomicHalves >> half) & 1);
        if ((cell->writerBytes & part) && !bothAtomic && !is_ordered(record->writer, warp, lane, clocks)) {
            *other = record->writer;
            return effect == KW_EFFECT_LOAD ? KW_CONFLICT_READ_AFTER_WRITE : KW_CONFLICT_WRITE_AFTER_WRITE;
        }
        if (effect == KW_EFFECT_LOAD) continue;
        for (int k = 0; k < 2; ++k)
            if ((cell->readerBytes[k] & part) && !is_ordered(record->readers[k], warp, lane, clocks)) {
                *other = record->readers[k];
                return KW_CONFLICT_WRITE_AFTER_READ;
            }
    }
    return KW_CONFLICT_NONE;
}

static INLINE void note_read(kw_word_shadow *cell, kw_word_record *upper, uint32_t bytes, uint32_t stamp,
                             uint32_t warp, unsigned lane, const uint32_t *clocks) {
    if (bytes != WHOLE_WORD) split(cell, upper);
    const unsigned isSplit = cell->isSplit;
    uint8_t *seen = cell->readerBytes;
    for (unsigned half = 0; half <= isSplit; ++half) {
        kw_word_record *record = half ? upper : &cell->record;
        const uint32_t scope = scope_of(isSplit, half), part = bytes & scope;
        if (!part) continue;
        if (record->readers[0] == stamp) {
            seen[0] |= part;
        } else if (!(seen[0] & scope) || is_ordered(record->readers[0], warp, lane, clocks)) {
            record->readers[0] = stamp;
            seen[0] = noted(seen[0], scope, part, 0);
            if ((seen[1] & scope) && is_ordered(record->readers[1], warp, lane, clocks)) seen[1] &= ~scope;
        } else {
            // Two readers that nothing orders: whoever writes next is another thread than one of them.
            record->readers[1] = stamp;
            seen[1] = noted(seen[1], scope, part, 0);
        }
    }
}

static INLINE void note_write(kw_word_shadow *cell, kw_word_record *upper, uint32_t bytes, uint32_t stamp,
                              int isAtomic) {
    if (bytes != WHOLE_WORD) {
        split(cell, upper);
    } else if (!isAtomic) {
        // Both halves have the same past again: this store.
        cell->isSplit = 0;
    }
    const unsigned isSplit = cell->isSplit;
    for (unsigned half = 0; half <= isSplit; ++half) {
        kw_word_record *record = half ? upper : &cell->record;
        const uint32_t scope = scope_of(isSplit, half), part = bytes & scope;
        if (!part) continue;
        cell->writerBytes = noted(cell->writerBytes, scope, part, record->writer == stamp);
        record->writer = stamp;
        cell->atomicHalves = (cell->atomicHalves & ~(1u << half)) | (unsigned)isAtomic << half;
        if (!isAtomic) {
            cell->readerBytes[0] &= ~scope;
            cell->readerBytes[1] &= ~scope;
        }
    }
    cell->written |= bytes;
}

/// The bytes of a word that the program uses, of an access that begins at `first`.
static INLINE uint32_t used_in_word(uint64_t used, uint64_t first, uint64_t word) {
    return (uint32_t)((used << (first & 3)) >> (4 * (word - first / 4))) & WHOLE_WORD;
}

int kw_see_shared(kw_word_shadow *cells, kw_word_record *upper, uint32_t mask, const uint64_t *offsets, uint32_t span,
                  uint64_t used, kw_effect effect, uint32_t warp, const uint32_t *clocks, uint32_t checks,
                  kw_conflict *conflict) {
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
            const kw_conflict_kind kind = conflict_of(cells + word, upper + word, bytes_in_word(first, end, word),
                                                      used_in_word(used, first, word), effect, warp, lane, clocks,
                                                      checks, &other);
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
                note_read(cell, upper + word, bytes, stamp, warp, lane, clocks);
                // What was reported once is not reported again.
                cell->written |= bytes & used_in_word(used, first, word);
            } else {
                note_write(cell, upper + word, bytes, stamp, effect == KW_EFFECT_ATOMIC);
            }
        }
    }
    return found;
}

static INLINE void split_blocks(kw_block_shadow *cell, kw_block_record *upper) {
    if (cell->isSplit) return;
    *upper = cell->record;
    cell->atomicHalves = cell->atomicHalves & 1 ? 3 : 0;
    cell->isSplit = 1;
}

static INLINE void note_block(kw_block_shadow *cell, kw_block_record *record, unsigned half, uint32_t bytes,
                              uint32_t stamp, kw_effect effect, const uint8_t *known) {
    const uint32_t scope = scope_of(cell->isSplit, half);
    if (effect != KW_EFFECT_LOAD) {
        cell->writerBytes = noted(cell->writerBytes, scope, bytes, record->writer == stamp);
        record->writer = stamp;
        cell->atomicHalves = (cell->atomicHalves & ~(1u << half)) | (unsigned)(effect == KW_EFFECT_ATOMIC) << half;
    } else if (!(cell->readerBytes & scope) || record->reader == stamp || known[record->reader - 1]) {
        // The first reader of another block stays: it conflicts with whoever writes later.
        cell->readerBytes = noted(cell->readerBytes, scope, bytes, record->reader == stamp);
        record->reader = stamp;
    }
}

int kw_see_global(kw_block_shadow *cells, kw_block_record *upper, uint32_t mask, const uint64_t *offsets,
                  uint32_t span, kw_effect effect, uint32_t block, const uint8_t *known, kw_conflict *conflict) {
    const uint32_t stamp = block + 1;
    int found = 0;
    for (uint32_t left = mask; left; left &= left - 1) {
        const unsigned lane = (unsigned)__builtin_ctz(left);
        const uint64_t first = offsets[lane], end = first + span;
        for (uint64_t word = first / 4; word * 4 < end; ++word) {
            kw_block_shadow *cell = cells + word;
            const uint32_t bytes = bytes_in_word(first, end, word);
            if (bytes != WHOLE_WORD) split_blocks(cell, upper + word);
            const unsigned isSplit = cell->isSplit;
            for (unsigned half = 0; half <= isSplit; ++half) {
                kw_block_record *record = half ? upper + word : &cell->record;
                const uint32_t part = bytes & scope_of(isSplit, half);
                if (!part) continue;
                const int bothAtomic = effect == KW_EFFECT_ATOMIC && ((cell->atomicHalves >> half) & 1);
                if (!found && (cell->writerBytes & part) && record->writer != stamp && !bothAtomic &&
                    !known[record->writer - 1])
                    found = report(conflict,
                                   effect == KW_EFFECT_LOAD ? KW_CONFLICT_READ_AFTER_WRITE
                                                            : KW_CONFLICT_WRITE_AFTER_WRITE,
                                   lane, first, record->writer - 1);
                if (!found && effect != KW_EFFECT_LOAD && (cell->readerBytes & part) && record->reader != stamp &&
                    !known[record->reader - 1])
                    found = report(conflict, KW_CONFLICT_WRITE_AFTER_READ, lane, first, record->reader - 1);
                note_block(cell, record, half, part, stamp, effect, known);
            }
        }
    }
    return found;
}

int kw_see_written(uint8_t *written, uint32_t mask, const uint64_t *offsets, uint32_t span, uint64_t used,
                   kw_effect effect, kw_conflict *conflict) {
    int found = 0;
    for (uint32_t left = mask; left; left &= left - 1) {
        const unsigned lane = (unsigned)__builtin_ctz(left);
        uint8_t *place = written + offsets[lane];
        for (uint32_t k = 0; k < span; ++k) {
            if (effect != KW_EFFECT_STORE && !((used >> k) & 1)) continue;
            if (effect != KW_EFFECT_STORE && !place[k] && !found)
                found = report(conflict, KW_CONFLICT_UNWRITTEN, lane, offsets[lane], 0);
            place[k] = 1;
        }
    }
    return found;
}
