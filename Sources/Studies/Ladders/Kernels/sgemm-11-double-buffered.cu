// c = a · b for n × n matrices in row order, n a multiple of 256: the next tile is on its way while this one is used.
//
// Eight warps compute 64 × 64 elements each of a tile of 128 × 256. The elements of the next tile travel through
// registers into a second buffer, so that one barrier a tile is enough and no wait for global memory is exposed.
//
// kw: launch sgemm grid=4,8 block=256,1 args=a,b,matmul,int32:1024
constexpr int rows = 128, columns = 256, depth = 16, threads = 256;
constexpr int warpRows = 64, warpColumns = 64, steps = 4, stepColumns = warpColumns / steps;
constexpr int laneRows = 8, laneColumns = 4, lanesPerRow = stepColumns / laneColumns;
constexpr int leftParts = rows * depth / (4 * threads), rightParts = depth * columns / (4 * threads);

__device__ __forceinline__ float4 load(const float *from) { return *reinterpret_cast<const float4 *>(from); }

__device__ __forceinline__ void store(float *to, float4 value) { *reinterpret_cast<float4 *>(to) = value; }

struct Tiles {
    float left[depth][rows], right[depth][columns];
};

// What a thread carries of the tiles, and where it comes from.
struct Cargo {
    const float *a, *b;
    int n, thread;
    float4 left[leftParts], right[rightParts];

    __device__ __forceinline__ void fetch(int start) {
#pragma unroll
        for (int part = 0; part < leftParts; ++part) {
            const int place = (part * threads + thread) * 4;
            left[part] = load(&a[place / depth * n + start + place % depth]);
        }
#pragma unroll
        for (int part = 0; part < rightParts; ++part) {
            const int place = (part * threads + thread) * 4;
            right[part] = load(&b[(start + place / columns) * n + place % columns]);
        }
    }

    __device__ __forceinline__ void put(Tiles &tiles) const {
#pragma unroll
        for (int part = 0; part < leftParts; ++part) {
            const int place = (part * threads + thread) * 4, tileRow = place / depth, k = place % depth;
            tiles.left[k][tileRow] = left[part].x;
            tiles.left[k + 1][tileRow] = left[part].y;
            tiles.left[k + 2][tileRow] = left[part].z;
            tiles.left[k + 3][tileRow] = left[part].w;
        }
#pragma unroll
        for (int part = 0; part < rightParts; ++part) {
            const int place = (part * threads + thread) * 4;
            store(&tiles.right[place / columns][place % columns], right[part]);
        }
    }
};

extern "C" __global__ __launch_bounds__(threads) void sgemm(const float *a, const float *b, float *c, int n) {
    __shared__ __align__(16) Tiles buffers[2];
    const int t = threadIdx.x, warp = t / 32, lane = t % 32;
    const int firstRow = blockIdx.y * rows, firstColumn = blockIdx.x * columns;
    const int row = warp / (columns / warpColumns) * warpRows + lane / lanesPerRow * laneRows;
    const int column = warp % (columns / warpColumns) * warpColumns + lane % lanesPerRow * laneColumns;
    float sums[steps][laneRows][laneColumns] = {};
    Cargo cargo = {&a[firstRow * n], &b[firstColumn], n, t};
    cargo.fetch(0);
    cargo.put(buffers[0]);
    __syncthreads();
    int current = 0;
    for (int start = 0; start < n; start += depth) {
        const bool hasNext = start + depth < n;
        if (hasNext) cargo.fetch(start + depth);
        const Tiles &tiles = buffers[current];
#pragma unroll
        for (int k = 0; k < depth; ++k) {
            const float4 low = load(&tiles.left[k][row]), high = load(&tiles.left[k][row + 4]);
            const float x[laneRows] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
#pragma unroll
            for (int step = 0; step < steps; ++step) {
                const float4 four = load(&tiles.right[k][column + step * stepColumns]);
                const float y[laneColumns] = {four.x, four.y, four.z, four.w};
#pragma unroll
                for (int i = 0; i < laneRows; ++i) {
#pragma unroll
                    for (int j = 0; j < laneColumns; ++j) sums[step][i][j] += x[i] * y[j];
                }
            }
        }
        current ^= 1;
        if (hasNext) cargo.put(buffers[current]);
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
