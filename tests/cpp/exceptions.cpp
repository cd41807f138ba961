// The forms that throw.
#include "data.hpp"
#include <cstdlib>
#include <cxxabi.h>
#include <doctest/doctest.h>
#include <typeinfo>

using tiprdc::Encoder;
using tiprdc::ErrorKind;
using tiprdc::Input;

namespace {

template <class Call> ErrorKind thrown(Call call) {
    try {
        call();
    } catch (const tiprdc::Error &error) {
        CHECK(std::string(error.what()) != "");
        return error.kind();
    }
    FAIL("nothing was thrown");
    return ErrorKind::Internal;
}

} // namespace

TEST_CASE("an error that nothing catches is called tiprdc::Error") {
    int status = 0;
    char *name = abi::__cxa_demangle(typeid(tiprdc::Error).name(), nullptr, nullptr, &status);
    REQUIRE(status == 0);
    CHECK(std::string(name) == "tiprdc::Error");
    std::free(name);
}

TEST_CASE("what works throws nothing") {
    const auto encoder = Encoder::open(testdata + "/encoders/series.onnx");
    const auto same = Encoder::from_bytes(read_file("encoders/series.onnx"));
    CHECK(same.digest() == encoder.digest());
    const std::vector<float> numbers(24);
    const Input inputs[] = {Input::series(numbers, 3, 8), Input::series(numbers, 3, 8)};
    std::vector<float> one(encoder.output_length()), two(2 * encoder.output_length()), row(two.size());
    encoder.encode_into(inputs[0], one);
    encoder.encode_into(inputs, two, 2);
    std::vector<float> both = numbers;
    both.insert(both.end(), numbers.begin(), numbers.end());
    encoder.encode_series_into(both, 2, 3, 8, row);
    CHECK(row == two);
    CHECK(encoder.encode(inputs[0]).rows() == 1);
    const auto features = encoder.encode(inputs);
    CHECK(features.rows() == 2);
    CHECK(tiprdc::Features::from_bytes(features.to_bytes()).rows() == 2);
    const auto tensor = Encoder::open(testdata + "/encoders/tensor.onnx");
    const std::size_t axes[] = {4};
    std::vector<float> out(2 * tensor.output_length());
    tensor.encode_tensors_into(tiprdc::span<const float>(numbers).subspan(0, 8), 2, axes, out);
}

TEST_CASE("resolving throws nothing where indices and table match") {
    const auto table = tiprdc::SubstituteTable::from_bytes(read_file("tables/small.safetensors"));
    const auto drawn = tiprdc::Features::from_bytes(read_file("features/drawn.safetensors"));
    CHECK(table.resolve(drawn).rows() == drawn.rows());
    const auto exact = tiprdc::Features::from_bytes(read_file("features/exact.safetensors"));
    CHECK(thrown([&] { table.resolve(exact); }) == ErrorKind::TableMismatch);
}

TEST_CASE("what fails throws its kind") {
    CHECK(thrown([] { Encoder::open("nowhere.onnx"); }) == ErrorKind::FileUnreadable);
    CHECK(thrown([] { Encoder::from_bytes({}); }) == ErrorKind::ManifestMissing);
    CHECK(thrown([] { tiprdc::Features::from_bytes({}); }) == ErrorKind::FeaturesMalformed);
    CHECK(thrown([] { tiprdc::SubstituteTable::from_bytes({}); }) == ErrorKind::TableMalformed);
    tiprdc::Options small;
    small.max_bytes = 10;
    CHECK(thrown([&] { Encoder::open(testdata + "/encoders/series.onnx", small); }) ==
          ErrorKind::ModelTooLarge);

    const auto encoder = Encoder::open(testdata + "/encoders/series.onnx");
    const std::vector<float> numbers(24);
    const auto input = Input::series(numbers, 3, 8);
    CHECK(thrown([&] { encoder.encode(Input::series(numbers, 2, 12)); }) == ErrorKind::InputShape);
    CHECK(thrown([&] { encoder.encode_into(input, {}); }) == ErrorKind::OutputSize);
    const Input inputs[] = {input, Input::tensor(numbers, {})};
    CHECK(thrown([&] { encoder.encode(inputs); }) == ErrorKind::InputShape);
}
