#include "CReference.h"
#include <string.h>

// Products and sums must round one by one; see the header.
#pragma clang fp contract(off)

// One body, compiled for several instruction sets, chosen when the program loads.
#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define CLONES
#endif

typedef double Vector8 __attribute__((vector_size(64)));
typedef float Vector16 __attribute__((vector_size(64)));

#define ELEMENT double
#define VECTOR Vector8
#define LANES 8
#define TILE tile_f64
#define PANEL kw_multiply_panel_f64
#define GATHER kw_gather_f64
#define GEMM kw_gemm_f64
#include "Gemm.h"

#define ELEMENT float
#define VECTOR Vector16
#define LANES 16
#define TILE tile_f32
#define PANEL kw_multiply_panel_f32
#define GATHER kw_gather_f32
#define GEMM kw_gemm_f32
#include "Gemm.h"
