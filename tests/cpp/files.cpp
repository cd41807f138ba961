// errors.json, load.json, features.json, resolve.json and windows.json.
#include "data.hpp"
#include <cmath>
#include <doctest/doctest.h>

namespace {

// Does not compile when a kind is added and not named here.
std::string name_here(tiprdc::ErrorKind kind) {
    using tiprdc::ErrorKind;
    switch (kind) {
    case ErrorKind::FileUnreadable:
        return "FileUnreadable";
    case ErrorKind::ModelTooLarge:
        return "ModelTooLarge";
    case ErrorKind::ModelMalformed:
        return "ModelMalformed";
    case ErrorKind::OperatorNotAllowed:
        return "OperatorNotAllowed";
    case ErrorKind::ManifestMissing:
        return "ManifestMissing";
    case ErrorKind::ManifestInvalid:
        return "ManifestInvalid";
    case ErrorKind::ManifestUnsupported:
        return "ManifestUnsupported";
    case ErrorKind::ManifestMismatch:
        return "ManifestMismatch";
    case ErrorKind::InputKind:
        return "InputKind";
    case ErrorKind::InputShape:
        return "InputShape";
    case ErrorKind::InputNotFinite:
        return "InputNotFinite";
    case ErrorKind::InputField:
        return "InputField";
    case ErrorKind::OutputSize:
        return "OutputSize";
    case ErrorKind::Argument:
        return "Argument";
    case ErrorKind::FeaturesMalformed:
        return "FeaturesMalformed";
    case ErrorKind::FeaturesNotFinite:
        return "FeaturesNotFinite";
    case ErrorKind::TableMalformed:
        return "TableMalformed";
    case ErrorKind::TableMismatch:
        return "TableMismatch";
    case ErrorKind::Internal:
        return "Internal";
    case ErrorKind::RandomnessUnavailable:
        return "RandomnessUnavailable";
    }
    return "no kind";
}

template <class T> void check_code(const tiprdc::Result<T> &result, std::int32_t code) {
    REQUIRE(result.ok() == (code == 0));
    if (!result.ok()) {
        CHECK(tiprdc::code(result.error().kind()) == code);
        CHECK(std::string(result.error().what()) != "");
    }
}

} // namespace

TEST_CASE("error kinds") {
    for (const auto &[file, vectors] : vectors_of("errors")) {
        const Json &kinds = vectors["kinds"];
        REQUIRE(kinds.size() == tiprdc::all_error_kinds.size());
        for (std::size_t index = 0; index < kinds.size(); ++index) {
            const auto kind = tiprdc::all_error_kinds[index];
            CHECK(tiprdc::code(kind) == kinds[index]["code"].get<std::int32_t>());
            CHECK(name_here(kind) == kinds[index]["name"].get<std::string>());
            CHECK(tiprdc::name(kind) == name_here(kind));
            CHECK(tiprdc::meaning(kind) == kinds[index]["meaning"].get<std::string>());
        }
    }
}

TEST_CASE("load vectors") {
    for (const auto &[file, vectors] : vectors_of("load")) {
        for (const Json &test : vectors["cases"]) {
            const std::string title = test["name"];
            CAPTURE(title);
            tiprdc::Options options;
            if (test["max_bytes"].is_number()) {
                options.max_bytes = test["max_bytes"].get<std::uint64_t>();
            }
            if (test["max_work"].is_number()) {
                options.max_work = test["max_work"].get<std::uint64_t>();
            }
            const std::string name = test["file"];
            check_code(tiprdc::Encoder::try_open(testdata + "/" + name, options), expected_code(test));
            if (is_there(name)) {
                check_code(tiprdc::Encoder::try_from_bytes(read_file(name), options), expected_code(test));
            } else {
                CHECK(expected_code(test) == TIPRDC_ERROR_FILE_UNREADABLE);
            }
        }
    }
}

TEST_CASE("features vectors") {
    for (const auto &[file, vectors] : vectors_of("features")) {
        for (const Json &test : vectors["cases"]) {
            const std::string title = test["name"];
            CAPTURE(title);
            REQUIRE(is_there(test["file"]));
            const auto features = tiprdc::Features::try_from_bytes(read_file(test["file"]));
            check_code(features, expected_code(test));
            if (features.ok()) {
                compare(*features, test, 0);
                CHECK(features->encoder() == test["encoder"].get<std::string>());
                CHECK(features->release() == test["release"].get<std::string>());
                CHECK(features->dtype() == test["dtype"].get<std::string>());
            }
        }
    }
}

TEST_CASE("windows vectors") {
    for (const auto &[file, vectors] : vectors_of("windows")) {
        const auto encoder =
            tiprdc::Encoder::try_open(testdata + "/" + vectors["encoder"].get<std::string>());
        REQUIRE(encoder.ok());
        for (const Json &test : vectors["cases"]) {
            const std::string title = test["name"];
            CAPTURE(title);
            std::vector<std::vector<double>> seconds;
            std::vector<std::vector<float>> values;
            std::vector<tiprdc::SensorEvents> sensors;
            for (const Json &sensor : test["sensors"]) {
                seconds.push_back(sensor["seconds"].get<std::vector<double>>());
                values.push_back(floats(sensor["values"]));
            }
            for (std::size_t index = 0; index < seconds.size(); ++index) {
                const Json &sensor = test["sensors"][index];
                sensors.push_back(tiprdc::SensorEvents::of(seconds[index], values[index], sensor["axes"],
                                                           sensor["factor"]));
            }
            const auto windows = encoder->try_windows(sensors, test["stride"].get<std::size_t>());
            check_code(windows, expected_code(test));
            if (windows.ok()) {
                const auto expected = floats(test["windows"]["data"]);
                REQUIRE(windows->size() == expected.size());
                for (std::size_t index = 0; index < expected.size(); ++index) {
                    CHECK(std::abs((*windows)[index] - expected[index]) <= vectors["tolerance"].get<float>());
                }
            }
        }
    }
}

TEST_CASE("sensor events of another length are an error") {
    const auto encoder = tiprdc::Encoder::try_open(testdata + "/encoders/series.onnx");
    const std::vector<double> seconds = {0.0, 0.02};
    const std::vector<float> values(5);
    const tiprdc::SensorEvents sensors[] = {tiprdc::SensorEvents::of(seconds, values, 3)};
    check_code(encoder->try_windows(sensors, 1), TIPRDC_ERROR_INPUT_SHAPE);
}

TEST_CASE("resolve vectors") {
    for (const auto &[file, vectors] : vectors_of("resolve")) {
        for (const Json &test : vectors["cases"]) {
            const std::string title = test["name"];
            CAPTURE(title);
            const auto code = expected_code(test);
            const bool malformed = code == TIPRDC_ERROR_TABLE_MALFORMED;
            const auto table = tiprdc::SubstituteTable::try_from_bytes(read_file(test["table"]));
            check_code(table, malformed ? code : 0);
            if (!table.ok()) {
                continue;
            }
            CHECK(table->digest().size() == 64);
            CHECK(table->shape().size() >= 1);
            const auto features = tiprdc::Features::try_from_bytes(read_file(test["features"]));
            REQUIRE(features.ok());
            const auto resolved = table->try_resolve(*features);
            check_code(resolved, code);
            if (resolved.ok()) {
                compare(*resolved, test["resolved"], 0);
            }
        }
    }
}
