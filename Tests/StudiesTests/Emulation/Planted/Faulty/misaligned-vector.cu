// Copies vectors of four; those of the second block begin one element late.
extern "C" __global__ void copy(float *x, float *y, int n) {
    const int i = (blockIdx.x * blockDim.x + threadIdx.x) * 4;
    const float4 four = *reinterpret_cast<const float4 *>(x + i + blockIdx.x);  // BUG
    *reinterpret_cast<float4 *>(y + i) = four;
}
