// c = a · b for n × n matrices in row order, n a multiple of 128: each warp has a tile of its own.
//
// The four warps of a block compute 64 × 64 elements each, in four steps of 64 × 16, in which a lane has 8 × 4: eight
// lanes share what they read of b, and four what they read of a, without a bank conflict.
//
// kw: launch sgemm grid=8,8 block=128,1 args=a,b,matmul,int32:1024
constexpr int rows = 128, columns = 128, depth = 16, threads = 128;
constexpr int warpRows = 64, warpColumns = 64, steps = 4, stepColumns = warpColumns / steps;
constexpr int laneRows = 8, laneColumns = 4, lanesPerRow = stepColumns / laneColumns;

__device__ __forceinline__ float4 load(const float *from) { return *reinterpret_cast<const float4 *>(from); }

__device__ __forceinline__ void store(float *to, float4 value) { *reinterpret_cast<float4 *>(to) = value; }

extern "C" __global__ __launch_bounds__(threads) void sgemm(const float *a, const float *b, float *c, int n) {
    __shared__ __align__(16) float left[depth][rows];
    __shared__ __align__(16) float right[depth][columns];
    const int t = threadIdx.x, warp = t / 32, lane = t % 32;
    const int firstRow = blockIdx.y * rows, firstColumn = blockIdx.x * columns;
    const int row = warp / (columns / warpColumns) * warpRows + lane / lanesPerRow * laneRows;
    const int column = warp % (columns / warpColumns) * warpColumns + lane % lanesPerRow * laneColumns;
    float sums[steps][laneRows][laneColumns] = {};
    for (int start = 0; start < n; start += depth) {
#pragma unroll
        for (int part = 0; part < rows * depth / (4 * threads); ++part) {
            const int place = (part * threads + t) * 4, tileRow = place / depth, k = place % depth;
            const float4 x = load(&a[(firstRow + tileRow) * n + start + k]);
            left[k][tileRow] = x.x;
            left[k + 1][tileRow] = x.y;
            left[k + 2][tileRow] = x.z;
            left[k + 3][tileRow] = x.w;
        }
#pragma unroll
        for (int part = 0; part < depth * columns / (4 * threads); ++part) {
            const int place = (part * threads + t) * 4, k = place / columns, tileColumn = place % columns;
            store(&right[k][tileColumn], load(&b[(start + k) * n + firstColumn + tileColumn]));
        }
        __syncthreads();
#pragma unroll
        for (int k = 0; k < depth; ++k) {
            const float4 low = load(&left[k][row]), high = load(&left[k][row + 4]);
            const float x[laneRows] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
#pragma unroll
            for (int step = 0; step < steps; ++step) {
                const float4 four = load(&right[k][column + step * stepColumns]);
                const float y[laneColumns] = {four.x, four.y, four.z, four.w};
#pragma unroll
                for (int i = 0; i < laneRows; ++i) {
#pragma unroll
                    for (int j = 0; j < laneColumns; ++j) sums[step][i][j] += x[i] * y[j];
                }
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int step = 0; step < steps; ++step) {
#pragma unroll
        for (int i = 0; i < laneRows; ++i) {
            const float(&four)[laneColumns] = sums[step][i];
            store(
                &c[(firstRow + row + i) * n + firstColumn + column + step * stepColumns],
                make_float4(four[0], four[1], four[2], four[3]));
        }
    }
}
