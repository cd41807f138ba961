// Objects that move, spans, results, and wrong sizes.
#include "data.hpp"
#include <array>
#include <doctest/doctest.h>
#include <type_traits>

using tiprdc::Encoder;
using tiprdc::ErrorKind;
using tiprdc::Features;
using tiprdc::Input;
using tiprdc::SubstituteTable;

static_assert(!std::is_copy_constructible_v<Encoder> && std::is_nothrow_move_constructible_v<Encoder>);
static_assert(!std::is_copy_constructible_v<Features> && std::is_nothrow_move_constructible_v<Features>);
static_assert(!std::is_copy_assignable_v<SubstituteTable> &&
              std::is_nothrow_move_assignable_v<SubstituteTable>);
static_assert(std::is_base_of_v<std::runtime_error, tiprdc::Error>);
// Memory that is about to go cannot be written to, nor constant memory.
static_assert(!std::is_constructible_v<tiprdc::span<float>, std::vector<float>>);
static_assert(!std::is_constructible_v<tiprdc::span<float>, const std::vector<float> &>);
static_assert(!std::is_constructible_v<tiprdc::span<const float>, std::vector<double> &>);

namespace {

Encoder open_series() {
    auto encoder = Encoder::try_open(testdata + "/encoders/series.onnx");
    REQUIRE(encoder.ok());
    return std::move(encoder).value();
}

template <class T> ErrorKind kind_of(const tiprdc::Result<T> &result) {
    REQUIRE_FALSE(result.ok());
    return result.error().kind();
}

} // namespace

TEST_CASE("the library is the one of the header") {
    CHECK(tiprdc::matches_library());
    CHECK(tiprdc::version() == TIPRDC_VERSION);
}

TEST_CASE("an encoder that was moved from is closed") {
    Encoder encoder = open_series();
    const std::string name(encoder.name());
    const Encoder moved = std::move(encoder);
    CHECK(moved.name() == name);
    CHECK(encoder.get() == nullptr);
    CHECK(encoder.name().empty());
    CHECK(encoder.output_length() == 0);
    CHECK(encoder.output_shape().empty());
    CHECK(encoder.private_attributes().empty());
    CHECK_FALSE(encoder.epsilon().has_value());
    const std::vector<float> numbers(24);
    CHECK(kind_of(encoder.try_encode(Input::series(numbers, 3, 8))) == ErrorKind::Argument);
}

TEST_CASE("moving an encoder onto another closes that") {
    Encoder first = open_series();
    Encoder second = open_series();
    const auto *kept = second.get();
    const tiprdc_encoder_t *closed = first.get();
    first = std::move(second);
    CHECK(first.get() == kept);
    std::size_t length = 77;
    CHECK(tiprdc_encoder_output_length(closed, &length) == TIPRDC_ERROR_ARGUMENT);
    CHECK(length == 77);
}

TEST_CASE("features and tables that were moved from are empty") {
    const std::vector<float> numbers(24);
    auto result = open_series().try_encode(Input::series(numbers, 3, 8));
    REQUIRE(result.ok());
    Features features = std::move(result).value();
    const Features moved = std::move(features);
    CHECK(moved.rows() == 1);
    CHECK(moved.row(0).size() == moved.data().size());
    CHECK(features.rows() == 0);
    CHECK(features.data().empty());
    CHECK(features.to_bytes().empty());
    CHECK(features.release().empty());
    CHECK_FALSE(features.has_indices());

    auto table = SubstituteTable::try_from_bytes(read_file("tables/small.safetensors"));
    REQUIRE(table.ok());
    CHECK(kind_of(table->try_resolve(features)) == ErrorKind::Argument);
    const SubstituteTable other = std::move(*table);
    CHECK(table->digest().empty());
    CHECK(kind_of(table->try_resolve(moved)) == ErrorKind::Argument);
    CHECK(kind_of(other.try_resolve(moved)) == ErrorKind::TableMismatch);
}

TEST_CASE("wrong sizes") {
    const Encoder encoder = open_series();
    const std::vector<float> numbers(24);
    std::vector<float> out(encoder.output_length() + 1);
    const auto input = Input::series(numbers, 3, 8);
    CHECK(kind_of(encoder.try_encode_into(input, out)) == ErrorKind::OutputSize);
    CHECK(kind_of(encoder.try_encode_into(input, {})) == ErrorKind::OutputSize);
    CHECK(kind_of(encoder.try_encode(Input::series(numbers, 3, 7))) == ErrorKind::InputShape);
    CHECK(kind_of(encoder.try_encode(Input::series({}, 0, 0))) == ErrorKind::InputShape);
    CHECK(kind_of(encoder.try_encode(Input::tensor(numbers, {}))) == ErrorKind::InputShape);
    const auto none = encoder.try_encode(tiprdc::span<const Input>());
    REQUIRE(none.ok());
    CHECK(none->rows() == 0);
}

TEST_CASE("numbers that are no format, and text that is none") {
    const Encoder encoder = open_series();
    const std::array<std::uint8_t, 12> pixels{};
    const auto image = Input::image(pixels, static_cast<tiprdc::ImageFormat>(99), 2, 2);
    CHECK(kind_of(encoder.try_encode(image)) == ErrorKind::Argument);
    const tiprdc::Field fields[] = {tiprdc::Field::text("work", nullptr)};
    CHECK(kind_of(encoder.try_encode(Input::record(fields))) == ErrorKind::Argument);
    CHECK(kind_of(Encoder::try_open("\xff")) == ErrorKind::Argument);
}

TEST_CASE("empty memory is no encoder, no features and no table") {
    CHECK(kind_of(Encoder::try_from_bytes({})) == ErrorKind::ManifestMissing);
    CHECK(kind_of(Features::try_from_bytes({})) == ErrorKind::FeaturesMalformed);
    CHECK(kind_of(SubstituteTable::try_from_bytes({})) == ErrorKind::TableMalformed);
}

TEST_CASE("spans of what C++ has") {
    std::vector<float> numbers = {1, 2, 3};
    const std::array<float, 2> pair = {4, 5};
    float array[] = {6};
    const tiprdc::span<const float> all = numbers;
    const tiprdc::span<float> writable = numbers;
    const tiprdc::span<const float> constant = writable;
    CHECK(all.size() == 3);
    CHECK(constant.data() == numbers.data());
    CHECK(tiprdc::span<const float>(pair)[1] == 5);
    CHECK(tiprdc::span<const float>(array).size() == 1);
    CHECK(tiprdc::span<const float>().empty());
    float sum = 0;
    for (const float number : all.subspan(1, 2)) {
        sum += number;
    }
    CHECK(sum == 5);
}

TEST_CASE("results") {
    tiprdc::Result<int> good = 5;
    const tiprdc::Result<int> bad = tiprdc::Error(ErrorKind::InputShape, "words");
    CHECK(good);
    CHECK(*good == 5);
    CHECK(std::move(good).value() == 5);
    CHECK_FALSE(bad);
    CHECK(bad.error().kind() == ErrorKind::InputShape);
    CHECK(std::string(bad.error().what()) == "words");
}
