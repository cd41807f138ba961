"""Products of matrices."""

from collections.abc import Iterator
from itertools import product

from onnx import helper

from .case import Case, numbers, one


def cases() -> Iterator[Case]:
    """All of this family."""
    for opset in (7, 9, 13, 17, 22):
        yield from matmul(opset)
    for opset in (7, 9, 11, 13, 17):
        yield from gemm(opset)


def matmul(opset: int) -> Iterator[Case]:
    """Every pair of ranks that fits, and some that do not."""
    shapes = (
        ((3,), (3, 4)),
        ((3,), (3,)),
        ((2, 3), (3, 4)),
        ((2, 3), (3,)),
        ((2, 3), (2, 3, 4)),
        ((2, 3), (1, 3, 1)),
        ((2, 2, 3), (2, 3, 2)),
        ((2, 2, 3), (3, 5)),
        ((2, 1, 3), (1, 4, 3, 2)),
        ((3,), (4, 2)),
    )
    for shape, other in shapes:
        must = opset >= 9 and (shape, other) in (((3,), (3, 4)), ((2, 3), (3, 4)), ((2, 2, 3), (3, 5)))
        yield one("MatMul", shape, opset, inputs=("x", "c"), constants={"c": numbers(1, *other)}, must_load=must)
    yield one("MatMul", (3, 3), opset, inputs=("x", "x"))
    for shape, other in (((3,), (2, 3)), ((3, 2), (4, 3)), ((3, 2), (3,)), ((2, 3, 2), (2, 4, 3))):
        yield one("MatMul", shape, opset, inputs=("c", "x"), constants={"c": numbers(1, *other)})
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["x", "t"], ["y"]),
    ]
    yield Case(f"MatMul opset {opset} by its own transpose", (3, 2), nodes, opset, must_load=True)


def gemm(opset: int) -> Iterator[Case]:
    """Every attribute; biases of every shape that is broadcast."""
    for trans_a, trans_b in product((None, 0, 1), (None, 0, 1)):
        for alpha, beta in product((None, 0.5, 0.0, -1.0), (None, 2.0, 0.0)):
            weights = numbers(1, 4, 3) if trans_b else numbers(1, 3, 4)
            constants = {"w": weights, "b": numbers(2, 4)}
            must = not trans_a and alpha is None and beta is None
            yield one(
                "Gemm",
                (3,),
                opset,
                inputs=("x", "w", "b"),
                constants=constants,
                must_load=must,
                transA=trans_a,
                transB=trans_b,
                alpha=alpha,
                beta=beta,
            )
    for bias in ((), (1,), (4,), (1, 4), (1, 1), (3,), (5,), (2, 4), (1, 1, 4)):
        constants = {"w": numbers(1, 3, 4), "b": numbers(2, *bias)}
        yield one("Gemm", (3,), opset, inputs=("x", "w", "b"), constants=constants, must_load=bias == (4,))
    yield one("Gemm", (3,), opset, inputs=("x", "w"), constants={"w": numbers(1, 3, 4)}, must_load=opset >= 11)
    yield one("Gemm", (2, 3), opset, inputs=("x", "w"), constants={"w": numbers(1, 3, 4)})
    yield one("Gemm", (3,), opset, inputs=("x", "w"), constants={"w": numbers(1, 2, 3, 4)})
    yield one("Gemm", (3,), opset, inputs=("w", "x"), constants={"w": numbers(1, 4, 1)})
