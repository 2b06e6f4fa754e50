// Reductions with warp shuffles, votes, atomics and dynamic shared memory.

__device__ __forceinline__ float warpSum(float value) {
    for (int offset = 16; offset > 0; offset /= 2) value += __shfl_xor_sync(0xffffffffu, value, offset);
    return value;
}

extern "C" __global__ void sum(const float *__restrict__ x, float *total, unsigned int *arrived, int n) {
    extern __shared__ float partial[];
    float value = 0.0f;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) value += x[i];
    value = warpSum(value);
    if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = value;
    __syncthreads();
    if (threadIdx.x < 32) {
        value = threadIdx.x < blockDim.x / 32 ? partial[threadIdx.x] : 0.0f;
        value = warpSum(value);
        if (threadIdx.x == 0) {
            atomicAdd(total, value);
            __threadfence();
            atomicInc(arrived, gridDim.x);
        }
    }
}

extern "C" __global__ void softmax(const float *__restrict__ x, float *__restrict__ y, int columns) {
    const float4 *row = reinterpret_cast<const float4 *>(x + (size_t)blockIdx.x * columns);
    float4 *out = reinterpret_cast<float4 *>(y + (size_t)blockIdx.x * columns);
    float largest = -__int_as_float(0x7f800000);
    for (int i = threadIdx.x; i < columns / 4; i += 32) {
        float4 v = row[i];
        largest = fmaxf(fmaxf(fmaxf(v.x, v.y), fmaxf(v.z, v.w)), largest);
    }
    for (int offset = 16; offset > 0; offset /= 2)
        largest = fmaxf(largest, __shfl_down_sync(0xffffffffu, largest, offset));
    largest = __shfl_sync(0xffffffffu, largest, 0);
    float sum = 0.0f;
    for (int i = threadIdx.x; i < columns / 4; i += 32) {
        float4 v = row[i];
        v = make_float4(__expf(v.x - largest), expf(v.y - largest), exp2f(v.z - largest), expf(v.w - largest));
        sum += v.x + v.y + v.z + v.w;
        out[i] = v;
    }
    sum = 1.0f / warpSum(sum);
    for (int i = threadIdx.x; i < columns / 4; i += 32) {
        float4 v = out[i];
        out[i] = make_float4(v.x * sum, v.y * sum, v.z * sum, v.w * sum);
    }
}

extern "C" __global__ void votes(const int *x, unsigned int *y, unsigned long long *keys) {
    int i = blockIdx.x * blockDim.x + threadIdx.x, v = x[i];
    unsigned int mask = __activemask();
    unsigned int result = __ballot_sync(mask, v > 0) ^ (__any_sync(mask, v == 3) ? 1u : 0u);
    result += __popc(result) + __clz(v) + __ffs(v) + __brev(v) + __byte_perm(v, result, 0x5140);
#if __CUDA_ARCH__ >= 800
    result += __reduce_add_sync(0xffffffffu, result);
#endif
    int all;
    result ^= __match_any_sync(0xffffffffu, v) + __match_all_sync(0xffffffffu, v, &all);
    result = __funnelshift_l(result, v, 7) + __dp4a(v, v, 3) + all;
    __syncwarp();
    y[i] = result + __syncthreads_count(v > 1) + __syncthreads_or(v > 2);
    atomicCAS(&keys[v & 7], (unsigned long long)v, (unsigned long long)result);
    atomicMax((int *)&y[0], v);
    atomicExch(&y[1], 3u);
}
