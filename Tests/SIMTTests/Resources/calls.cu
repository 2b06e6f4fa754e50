// What keeps functions, tables and strings in PTX: calls, recursion, indirect calls, a switch, assertions, constants.

extern "C" __device__ void __assertfail(const char *message, const char *file, unsigned int line, const char *function,
                                        size_t charSize) __attribute__((noreturn));

__constant__ float weights[4] = {0.5f, -1.0f, 2.0f, 1e-3f};
__device__ int counter = 7;
__device__ int *counterAddress = &counter;

struct Pair {
    double first;
    short second[3];
};

__device__ __noinline__ Pair makePair(Pair p, int n) {
    p.first += n;
    p.second[n % 3] = (short)n;
    return p;
}

__device__ __noinline__ int factorial(int n) { return n < 2 ? 1 : n * factorial(n - 1); }

__device__ __noinline__ int half(int n) { return n / 2; }

__device__ int (*const table[2])(int) = {factorial, half};

extern "C" __global__ void calls(Pair pair, int *out, int which, unsigned char *bytes) {
    if (which < 0) __assertfail("which >= 0", __FILE__, __LINE__, __func__, sizeof(char));
    int local[8];
    for (int i = 0; i < 8; ++i) local[i] = out[i] * which;
    Pair made = makePair(pair, local[which & 7]);
    int value = table[which & 1](made.second[0]) + *counterAddress;
    switch (which) {
    case 0: value += 3; break;
    case 1: value *= 5; break;
    case 2: value ^= 7; break;
    case 3: value = factorial(value); break;
    case 4: value = value % 11; break;
    case 5: value = out[9] / value; break;
    case 6: value = bytes[3]; break;
    default: value = -1;
    }
    if (value == 12345) printf("%d %f\n", value, made.first);
    out[threadIdx.x] = value + (int)(weights[which & 3] * sinf(made.first)) + (int)(long long)sqrt(made.first);
    bytes[threadIdx.x] = (unsigned char)value;
}

extern "C" __global__ void arithmetic(const float *f, const double *d, const long long *l, float *out, double *dout,
                                      long long *lout) {
    int i = threadIdx.x;
    float x = f[i], y = f[i + 1];
    out[0] = __fdividef(x, y) + __frcp_rn(x) + __fsqrt_rz(y) + rsqrtf(x) + __sinf(x) + __cosf(y) + __log2f(x) + tanhf(y);
    out[1] = x / y + fmodf(x, y) + truncf(x) + rintf(y) + floorf(x) + __saturatef(x) + copysignf(x, y) + fminf(x, y);
    out[2] = __fadd_ru(x, y) + __fmul_rd(x, y) + __fmaf_rz(x, y, x) + fabsf(x) + (isnan(x) ? -x : ldexpf(y, 3));
    dout[0] = d[0] / d[1] + exp(d[2]) + fma(d[0], d[1], d[2]) + (double)x + (double)l[0] + pow(d[3], 0.3);
    lout[0] = l[0] / l[1] + l[2] % l[3] + __mul64hi(l[0], l[1]) + (l[2] >> (i & 63)) + __popcll(l[1]) + __clzll(l[2]);
    lout[1] = (long long)x + (unsigned int)y + (short)x + (unsigned char)(int)y + __float2int_rd(x) + __double2ll_ru(d[1]);
    lout[2] = __mulhi(i, 77) + (long long)i * 1234567890123ll + __sad(i, 3, 4u) + abs(i) + min(i, 3) + max(i, 5);
    lout[3] = __umul24(i, 9u) + __vadd2(i, 3) + __hadd(i, 3) + (int)__float_as_uint(x) + __fns(0xff00ff00u, 3, i);
}
