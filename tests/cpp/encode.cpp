// encode-*.json: one encoder, many inputs; each by every way that leads through the library.
#include "data.hpp"
#include <cmath>
#include <doctest/doctest.h>

namespace {

constexpr float untouched = -12345.5F;

tiprdc::Options options_of(const Json &vectors) {
    tiprdc::Options options;
    if (vectors["memo"].is_string()) {
        const std::string text = vectors["memo"];
        std::array<std::uint8_t, 32> secret{};
        for (std::size_t index = 0; index < secret.size(); ++index) {
            secret[index] =
                static_cast<std::uint8_t>(std::strtoul(text.substr(2 * index, 2).c_str(), nullptr, 16));
        }
        options.memo = secret;
    }
    return options;
}

void check_stated(const std::optional<double> &found, const Json &expected) {
    CHECK(found.has_value() == expected.is_number());
    if (found && expected.is_number()) {
        CHECK(*found == doctest::Approx(expected.get<double>()));
    }
}

void check_info(const tiprdc::Encoder &encoder, const Json &vectors) {
    CHECK(encoder.digest() == vectors["digest"].get<std::string>());
    CHECK(encoder.name() == vectors["name"].get<std::string>());
    CHECK(encoder.version() == vectors["version"].get<std::string>());
    CHECK(encoder.release() == vectors["release"].get<std::string>());
    CHECK(encoder.dtype() == vectors["dtype"].get<std::string>());
    CHECK(encoder.input_kind() == vectors["input"]["kind"].get<std::string>());
    check_stated(encoder.epsilon(), vectors["epsilon"]);
    check_stated(encoder.delta(), vectors["delta"]);
    const auto input = encoder.input_shape();
    const auto output = encoder.output_shape();
    CHECK(std::vector<std::size_t>(input.begin(), input.end()) == sizes(vectors["input"]["shape"]));
    CHECK(std::vector<std::size_t>(output.begin(), output.end()) == sizes(vectors["output_shape"]));
    std::size_t product = 1;
    for (const std::size_t axis : output) {
        product *= axis;
    }
    CHECK(encoder.output_length() == product);
    const Json manifest = Json::parse(encoder.manifest(), nullptr, false);
    REQUIRE_FALSE(manifest.is_discarded());
    CHECK(manifest["name"] == vectors["name"]);
    const auto attributes = encoder.private_attributes();
    CHECK(std::vector<std::string>(attributes.begin(), attributes.end()) ==
          manifest["method"]["private"].get<std::vector<std::string>>());
}

// Checks a result and, by it, that the buffer holds the features or was not touched.
void check_into(const tiprdc::Result<tiprdc::Done> &done, const std::vector<float> &out, const Json &test,
                double tolerance) {
    const auto code = expected_code(test);
    REQUIRE(done.ok() == (code == 0));
    if (done.ok()) {
        const auto expected = floats(test["features"]["data"]);
        REQUIRE(out.size() == expected.size());
        for (std::size_t index = 0; index < out.size(); ++index) {
            CHECK(std::abs(static_cast<double>(out[index]) - static_cast<double>(expected[index])) <=
                  tolerance);
        }
        return;
    }
    CHECK(tiprdc::code(done.error().kind()) == code);
    CHECK(std::string(done.error().what()) != "");
    for (const float number : out) {
        CHECK(number == untouched);
    }
}

void check_features(const tiprdc::Result<tiprdc::Features> &features, const Json &vectors, const Json &test) {
    const auto code = expected_code(test);
    REQUIRE(features.ok() == (code == 0));
    if (!features.ok()) {
        CHECK(tiprdc::code(features.error().kind()) == code);
        return;
    }
    compare(*features, test["features"], vectors["tolerance"]);
    CHECK(features->encoder() == vectors["digest"].get<std::string>());
    CHECK(features->release() == vectors["release"].get<std::string>());
    CHECK(features->dtype() == vectors["dtype"].get<std::string>());
}

void run_case(const tiprdc::Encoder &encoder, const Json &vectors, const Json &test) {
    const bool batch = test.contains("batch");
    const std::size_t threads = test.value("threads", std::size_t{0});
    std::vector<VectorInput> read;
    if (batch) {
        for (const Json &input : test["batch"]) {
            read.emplace_back(input);
        }
    } else {
        read.emplace_back(test["input"]);
    }
    std::vector<tiprdc::Input> inputs;
    for (const VectorInput &input : read) {
        inputs.push_back(input.input());
    }
    std::vector<float> out(inputs.size() * encoder.output_length(), untouched);
    if (!batch) {
        check_into(encoder.try_encode_into(inputs[0], out), out, test, vectors["tolerance"]);
        check_features(encoder.try_encode(inputs[0]), vectors, test);
        out.assign(out.size(), untouched);
    }
    check_into(encoder.try_encode_into(inputs, out, threads), out, test, vectors["tolerance"]);
    check_features(encoder.try_encode(inputs, threads), vectors, test);
}

} // namespace

TEST_CASE("encode vectors") {
    for (const auto &[file, vectors] : vectors_of("encode")) {
        CAPTURE(file);
        const auto options = options_of(vectors);
        const std::string name = vectors["encoder"];
        const auto encoder = tiprdc::Encoder::try_open(testdata + "/" + name, options);
        REQUIRE(encoder.ok());
        check_info(*encoder, vectors);
        const auto same = tiprdc::Encoder::try_from_bytes(read_file(name), options);
        REQUIRE(same.ok());
        CHECK(same->digest() == encoder->digest());
        for (const Json &test : vectors["cases"]) {
            const std::string title = test["name"];
            CAPTURE(title);
            run_case(*encoder, vectors, test);
        }
    }
}

TEST_CASE("records that lie one behind the other") {
    const auto series = tiprdc::Encoder::try_open(testdata + "/encoders/series.onnx");
    const auto tensor = tiprdc::Encoder::try_open(testdata + "/encoders/tensor.onnx");
    REQUIRE((series.ok() && tensor.ok()));
    const std::size_t length = series->output_length();
    std::vector<float> numbers(2 * 3 * 8), together(2 * length), apart(2 * length);
    for (std::size_t index = 0; index < numbers.size(); ++index) {
        numbers[index] = static_cast<float>(index % 7) / 7.0F;
    }
    const tiprdc::span<const float> all = numbers;
    const tiprdc::span<float> to = apart;
    REQUIRE(series->try_encode_series_into(numbers, 2, 3, 8, together, 2).ok());
    for (std::size_t row = 0; row < 2; ++row) {
        const auto input = tiprdc::Input::series(all.subspan(row * 24, 24), 3, 8);
        REQUIRE(series->try_encode_into(input, to.subspan(row * length, length)).ok());
    }
    CHECK(together == apart);
    CHECK_FALSE(series->try_encode_series_into(numbers, 5, 3, 8, together).ok());

    const std::size_t axes[] = {4};
    std::vector<float> out(2 * tensor->output_length()), first(tensor->output_length());
    REQUIRE(tensor->try_encode_tensors_into(all.subspan(0, 8), 2, axes, out).ok());
    REQUIRE(tensor->try_encode_into(tiprdc::Input::tensor(all.subspan(0, 4), axes), first).ok());
    CHECK(std::vector<float>(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(first.size())) == first);
}
