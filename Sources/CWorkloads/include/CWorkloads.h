// Random numbers by position: number i of a stream depends on the stream's key and on i alone, so that any part can be made
// in any order. No value depends on the instruction set: additions and products round one by one.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Two numbers of one position.
struct kw_pair {
    float first;
    float second;
};

// 64 random bits: SplitMix64's mixing function (Steele, Lea, Flood, OOPSLA 2014).
static inline uint64_t kw_random_bits(uint64_t key, uint64_t position) {
    uint64_t z = key + position * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

// Two independent numbers uniform in [0, 1), multiples of 2⁻²⁴.
static inline struct kw_pair kw_uniform_pair(uint64_t key, uint64_t position) {
    const uint64_t bits = kw_random_bits(key, position);
    return (struct kw_pair){(float)(int32_t)(bits >> 40) * 0x1p-24f, (float)(int32_t)(bits & 0xFFFFFF) * 0x1p-24f};
}

// Two independent numbers of the standard normal distribution (Box and Muller, 1958), by series with an error below 1e-6.
struct kw_pair kw_normal_pair(uint64_t key, uint64_t position);

// Writes the numbers of the positions from `position` on, two each, to `count` elements.
void kw_fill_uniform(uint64_t key, uint64_t position, float *elements, size_t count);
void kw_fill_normal(uint64_t key, uint64_t position, float *elements, size_t count);
