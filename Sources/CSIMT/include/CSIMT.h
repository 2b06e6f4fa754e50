#pragma once
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Work on the 32 lanes of a warp.
///
/// A slot holds one register of all lanes: 4 bytes a lane up to 32 bits, 8 bytes a lane for 64 bits; a predicate is a
/// mask of 32 bits. Bits of a lane above a narrow type mean nothing. Every function writes the lanes of `mask` only.
typedef void (*kw_lane_function)(uint32_t mask, void *slot, const void *first, const void *second, const void *third,
                                 const void *fourth);

/// Rounding directions of the `_to_` functions, in a lane of 32 bits.
typedef enum { KW_NEAREST, KW_TOWARD_ZERO, KW_DOWN, KW_UP } kw_direction;

/// Modes of `prmt` for `kw_lane_prmt_mode`, in a lane of 32 bits.
typedef enum {
    KW_PERMUTE_F4E, KW_PERMUTE_B4E, KW_PERMUTE_RC8, KW_PERMUTE_ECL, KW_PERMUTE_ECR, KW_PERMUTE_RC16
} kw_permute_mode;

/// Bits of the third operand of `kw_lane_carry_…`.
typedef enum { KW_CARRY_READS = 1, KW_CARRY_WRITES = 2, KW_CARRY_SUBTRACTS = 4 } kw_carry_kind;

/// What a memory access moves: the type in memory and the width of the register it comes from or goes to.
typedef enum {
    KW_ELEMENT_U8, KW_ELEMENT_S8, KW_ELEMENT_U16, KW_ELEMENT_S16, KW_ELEMENT_B32,
    KW_ELEMENT_U8_TO_64, KW_ELEMENT_S8_TO_64, KW_ELEMENT_U16_TO_64, KW_ELEMENT_S16_TO_64,
    KW_ELEMENT_U32_TO_64, KW_ELEMENT_S32_TO_64, KW_ELEMENT_B64
} kw_element;

/// In place of a slot: none. As an address it means "the offset alone", as a register "drop the value".
static const int32_t KW_NO_SLOT = INT32_MIN;

/// Where the slots of a warp are; an offset from 0 up counts from `registers`, one below 0 from `constants`.
typedef struct {
    const char *constants;
    char *registers;
} kw_frame;

/// A range of addresses and the bytes behind it.
typedef struct {
    /// The first address.
    uint64_t base;
    uint64_t bytes;
    char *host;
    /// Added to the place of lane i, i times; for memory that each thread has for itself.
    uint64_t laneStride;
    uint32_t isWritable;
    /// Which allocation it is; the functions here do not look at it.
    uint32_t allocation;
} kw_window;

/// A load or store; `bytes` · `count` is a power of 2 and the alignment that addresses need.
typedef struct {
    /// Added to every address.
    int64_t offset;
    /// The slot that holds the addresses.
    int32_t address;
    /// Whether addresses have 64 bits.
    uint8_t isWide;
    /// A `kw_element`.
    uint8_t element;
    /// Of one element in memory.
    uint8_t bytes;
    /// Elements of a lane: 1, 2, 4 or 8.
    uint8_t count;
    /// The slots of the elements, the lowest address first.
    int32_t registers[8];
    /// A bit for each byte of a lane; clear where a load brings what no instruction reads.
    uint64_t used;
} kw_access;

/// Loads; 0, and nothing done, if an active lane is outside the window or not aligned.
///
/// `added` counts to the addresses. `offsets` (32) receives the places in the window, for whoever watches.
int kw_load(uint32_t mask, const kw_access *access, kw_frame frame, const kw_window *window, int64_t added,
            uint64_t *offsets);
/// Stores, lanes in order; 0, and nothing done, as `kw_load` and if the window cannot be written.
int kw_store(uint32_t mask, const kw_access *access, kw_frame frame, const kw_window *window, int64_t added,
             uint64_t *offsets);
/// Only the check and the places.
int kw_resolve(uint32_t mask, const kw_access *access, kw_frame frame, const kw_window *window, int64_t added,
               uint64_t *offsets);
/// The address of one lane.
uint64_t kw_lane_address(uint32_t lane, const kw_access *access, kw_frame frame, int64_t added);

/// Sectors of 32 bytes that a request touches; `span` is the bytes of a lane.
uint32_t kw_count_sectors(uint32_t mask, const uint64_t *offsets, uint32_t span);
/// Passes through the 32 banks of shared memory that a request needs: 1 without bank conflicts, for each 128 bytes.
uint32_t kw_count_wavefronts(uint32_t mask, const uint64_t *offsets, uint32_t span);

typedef enum {
    KW_ATOMIC_AND, KW_ATOMIC_OR, KW_ATOMIC_XOR, KW_ATOMIC_EXCHANGE, KW_ATOMIC_COMPARE, KW_ATOMIC_ADD, KW_ATOMIC_MIN,
    KW_ATOMIC_MAX, KW_ATOMIC_INCREMENT, KW_ATOMIC_DECREMENT
} kw_atomic_operation;
typedef enum {
    KW_ATOMIC_B16, KW_ATOMIC_U32, KW_ATOMIC_S32, KW_ATOMIC_U64, KW_ATOMIC_S64, KW_ATOMIC_F32, KW_ATOMIC_F64,
    KW_ATOMIC_F16, KW_ATOMIC_F16X2, KW_ATOMIC_BF16, KW_ATOMIC_BF16X2
} kw_atomic_type;

/// One atomic operation for each active lane, in order of lanes, at places that `kw_resolve` found.
///
/// `slot` receives the old values and may be null; `replacement` counts for `KW_ATOMIC_COMPARE` only.
void kw_atomic(uint32_t mask, kw_atomic_operation operation, kw_atomic_type type, const uint64_t *offsets, char *host,
               void *_Nullable slot, const void *operand, const void *replacement);

typedef enum {
    KW_MATRIX_F16, KW_MATRIX_BF16, KW_MATRIX_TF32, KW_MATRIX_F32, KW_MATRIX_F64, KW_MATRIX_S32, KW_MATRIX_U8,
    KW_MATRIX_S8, KW_MATRIX_U4, KW_MATRIX_S4, KW_MATRIX_E4M3, KW_MATRIX_E5M2
} kw_matrix_type;

/// D (m × n) = A (m × k) · B (k × n) + C, with fragments as `mma` documents them or, if `isFragment`, as `wmma` has
/// them here: element number 32 · i + lane, counted along rows, is element i of a lane.
typedef struct {
    uint8_t m, n, k;
    /// `kw_matrix_type`s.
    uint8_t a, b, c, d;
    uint8_t saturates;
    uint8_t isFragment;
    int32_t aRegisters[8], bRegisters[8], cRegisters[8], dRegisters[8];
} kw_product;

/// Multiplies for a warp whose lanes are all active.
///
/// Floating-point sums are of single precision (double for `f64`), k ascending, each product exact.
void kw_multiply(const kw_product *product, kw_frame frame);

// Shadow memory, for sanitizers

typedef enum { KW_EFFECT_LOAD, KW_EFFECT_STORE, KW_EFFECT_ATOMIC } kw_effect;
typedef enum { KW_CHECK_WRITTEN = 1, KW_CHECK_RACES = 2 } kw_check;
typedef enum {
    KW_CONFLICT_NONE, KW_CONFLICT_UNWRITTEN, KW_CONFLICT_READ_AFTER_WRITE, KW_CONFLICT_WRITE_AFTER_WRITE,
    KW_CONFLICT_WRITE_AFTER_READ, KW_CONFLICT_PENDING
} kw_conflict_kind;

/// The first thing that is wrong with an access.
typedef struct {
    kw_conflict_kind kind;
    uint32_t lane;
    /// The place of the lane in the window.
    uint64_t offset;
    /// The stamp of the other thread, or the number of the other block.
    uint32_t other;
} kw_conflict;

/// Who wrote and read a word of shared memory last, or one half of it.
///
/// A stamp is a clock of the thread's warp · 1024 + warp · 32 + lane.
typedef struct {
    uint32_t writer;
    uint32_t readers[2];
} kw_word_record;

/// A word of shared memory; byte masks have 4 bits.
typedef struct {
    /// Of the whole word or, if `isSplit`, of its lower half.
    kw_word_record record;
    uint8_t written : 4, writerBytes : 4;
    uint8_t readerBytes[2];
    /// Of each half, or of the word in bit 0: whether its writer was an atomic operation.
    uint8_t atomicHalves : 2;
    /// Whether an asynchronous copy fills the word and nobody waited for it.
    uint8_t isPending : 1;
    /// Whether some access was to a part of the word, so that the upper half has a record of its own.
    uint8_t isSplit : 1;
} kw_word_shadow;

/// Who wrote and read a word of global memory last, or one half of it, as numbers of blocks plus 1.
typedef struct {
    uint32_t writer;
    uint32_t reader;
} kw_block_record;

/// A word of global memory; its fields are as those of `kw_word_shadow`.
typedef struct {
    kw_block_record record;
    uint8_t writerBytes;
    uint8_t readerBytes;
    uint8_t atomicHalves;
    uint8_t isSplit;
} kw_block_shadow;

/// Checks an access of a warp to shared memory against what others did, and notes it; 1 if something is wrong.
///
/// `upper` has a place for the upper half of each word, which is read only after it was written here. `clocks[w]` is
/// the last clock of warp w that this warp is ordered after, `clocks[warp]` its own. Accesses of one warp are ordered
/// when its clock went on between them. `checks` is a sum of `kw_check`. A bit of `used` for each byte of a lane: who
/// loads bytes that it does not use need not find them written.
int kw_see_shared(kw_word_shadow *cells, kw_word_record *upper, uint32_t mask, const uint64_t *offsets, uint32_t span,
                  uint64_t used, kw_effect effect, uint32_t warp, const uint32_t *clocks, uint32_t checks,
                  kw_conflict *conflict);
/// The same for global memory, between blocks; `known[b]` tells that this block is ordered after block b.
///
/// `upper` may be null as long as no access was to less than a word.
int kw_see_global(kw_block_shadow *cells, kw_block_record *_Nullable upper, uint32_t mask, const uint64_t *offsets,
                  uint32_t span, kw_effect effect, uint32_t block, const uint8_t *known, kw_conflict *conflict);
/// Notes what was written, a byte for each byte of memory; 1 if something is read and used that was not.
int kw_see_written(uint8_t *written, uint32_t mask, const uint64_t *offsets, uint32_t span, uint64_t used,
                   kw_effect effect, kw_conflict *conflict);

#pragma clang assume_nonnull end

#define KW_LANE(name) \
    void kw_lane_##name(uint32_t mask, void *_Nonnull slot, const void *_Nonnull first, const void *_Nonnull second, \
                        const void *_Nonnull third, const void *_Nonnull fourth)
#include "CSIMTLanes.h"
#undef KW_LANE
