"""Operators that make tensors."""
import torch


def cases(case):
    x = torch.zeros(2, 3, dtype=torch.float64)
    for name in ("ones", "zeros"):
        case(name, [2, 3], dtype=torch.int32)
        case(name, [])
        case(name + "_like", x)
        case(name + "_like", x, dtype=torch.int8)
        case("new_" + name, x, [2])
    case("full", [2, 2], 7.5)
    case("full", [2], 3)
    case("full", [2], True)
    case("full_like", x, -1)
    case("new_full", x, [2], 3)
    case("fill.Scalar", x, 4)
    case("fill.Tensor", x, torch.tensor(2.5, dtype=torch.float64))
    case("zero", x)
    case("scalar_tensor", 2.5)
    case("arange", 5)
    case("arange", 2.5)
    case("arange.start", 2, 5)
    case("arange.start_step", 5, -5, -3)
    case("arange.start_step", 0.5, 2, 0.4, dtype=torch.float64)
    case("arange.start", 3, 3)
    case("linspace", -1, 2, 7, dtype=torch.float64)
    case("linspace", 3, 4, 1, dtype=torch.float64)
    case("eye", 3)
    case("eye.m", 2, 4, dtype=torch.int64)
    case("one_hot", torch.tensor([[0, 2], [1, 0]]), 4)
    case("one_hot", torch.tensor([0, 2]))
    square = torch.arange(24.0).reshape(2, 3, 4)
    for name in ("tril", "triu"):
        for diagonal in (0, 1, -2, 9):
            case(name, square, diagonal)
    case("tril", torch.ones(3, 3, dtype=torch.bool))
