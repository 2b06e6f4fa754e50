"""Scaled dot-product attention."""
import torch

INF = float("inf")


def draw(*shape):
    return (torch.randn(shape, dtype=torch.float64) * 50).round() / 50


def cases(case):
    name = "scaled_dot_product_attention"
    q, k, v = draw(1, 2, 3, 4), draw(1, 2, 5, 4), draw(1, 2, 5, 4)
    case(name, q, k, v)
    case(name, q, k, v, scale=0.25)
    case(name, q, k, v, None, 0.0, True)
    case(name, k, q, draw(1, 2, 3, 2), None, 0.0, True)
    case(name, q, k, v, draw(3, 5))
    case(name, q, k, v, draw(1, 2, 3, 5), scale=2.0)
    mask = torch.rand(1, 1, 3, 5) > 0.4
    case(name, q, k, v, mask)
    mask[0, 0, 1] = False
    case(name, q, k, v, mask)
    case(name, q, k, v, torch.zeros(3, 5, dtype=torch.float64).masked_fill(~mask[0, 0], -INF))
    case(name, draw(3, 4), draw(2, 4), draw(2, 3))
    case(name, draw(2, 3, 4), draw(2, 3, 4), draw(2, 3, 1), None, 0.0, True)
    case(name, draw(1, 4, 2, 3), draw(1, 2, 3, 3), draw(1, 2, 3, 3), enable_gqa=True)
    case(name, draw(2, 1, 2, 3), draw(1, 2, 3, 3), draw(1, 1, 3, 3))
