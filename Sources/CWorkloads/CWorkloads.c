#include "CWorkloads.h"
#include <string.h>

#pragma clang fp contract(off)

// One body, compiled for several instruction sets, chosen when the program loads.
#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define CLONES
#endif

// log x of a normal x > 0: 2·atanh((m − 1)/(m + 1)) by its series for the mantissa m in √½ … √2.
static inline float natural_log(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    // The exponent of x/√½, so that the mantissa that is left lies around 1.
    const int32_t exponent = (bits - 0x3F3504F3) >> 23;
    bits -= exponent * (1 << 23);
    float mantissa;
    memcpy(&mantissa, &bits, sizeof mantissa);
    const float s = (mantissa - 1) / (mantissa + 1), square = s * s;
    const float series = 1 + square * (1.0f / 3 + square * (1.0f / 5 + square * (1.0f / 7 + square * (1.0f / 9))));
    return 2 * s * series + (float)exponent * 0.69314718f;
}

// Cosine and sine of a whole turn's part, 0 ≤ turn < 1: their series around the nearest quarter.
static inline struct kw_pair cosine_and_sine(float turn) {
    const int32_t quarter = (int32_t)(turn * 4 + 0.5f);
    const float angle = (turn - (float)quarter * 0.25f) * 6.2831853f, square = angle * angle;
    const float sine = angle * (1 - square * (1.0f / 6 - square * (1.0f / 120 - square * (1.0f / 5040 - square / 362880))));
    const float cosine = 1 - square * (0.5f - square * (1.0f / 24 - square * (1.0f / 720 - square / 40320)));
    const float along = quarter & 1 ? -sine : cosine, across = quarter & 1 ? cosine : sine;
    return (struct kw_pair){quarter & 2 ? -along : along, quarter & 2 ? -across : across};
}

static inline struct kw_pair normal_pair(uint64_t key, uint64_t position) {
    const uint64_t bits = kw_random_bits(key, position);
    // The first factor needs a number above 0, with more bits for the tails.
    const float open = ((float)(uint32_t)(bits >> 32) + 0.5f) * 0x1p-32f;
    const float radius = __builtin_sqrtf(-2 * natural_log(open));
    const struct kw_pair direction = cosine_and_sine((float)(int32_t)(bits & 0xFFFFFF) * 0x1p-24f);
    return (struct kw_pair){radius * direction.first, radius * direction.second};
}

struct kw_pair kw_normal_pair(uint64_t key, uint64_t position) { return normal_pair(key, position); }

#define FILL(PAIR)                                                    \
    for (size_t i = 0; i < count / 2; ++i) {                          \
        const struct kw_pair pair = PAIR(key, position + i);          \
        elements[2 * i] = pair.first;                                 \
        elements[2 * i + 1] = pair.second;                            \
    }                                                                 \
    if (count % 2) elements[count - 1] = PAIR(key, position + count / 2).first;

CLONES void kw_fill_uniform(uint64_t key, uint64_t position, float *elements, size_t count) { FILL(kw_uniform_pair) }

CLONES void kw_fill_normal(uint64_t key, uint64_t position, float *elements, size_t count) { FILL(normal_pair) }
