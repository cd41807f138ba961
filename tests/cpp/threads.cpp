// Several threads on one encoder.
#include "data.hpp"
#include <atomic>
#include <doctest/doctest.h>
#include <thread>

TEST_CASE("many threads on one encoder give what one gives") {
    const auto encoder = tiprdc::Encoder::try_open(testdata + "/encoders/series.onnx");
    REQUIRE(encoder.ok());
    std::atomic<int> same{0};
    const auto work = [&](int number) {
        std::vector<float> numbers(24, static_cast<float>(number) / 8.0F);
        const auto input = tiprdc::Input::series(numbers, 3, 8);
        std::vector<float> first(encoder->output_length()), out(first.size());
        bool all = encoder->try_encode_into(input, first).ok();
        for (int round = 0; round < 40; ++round) {
            all = all && encoder->try_encode_into(input, out).ok() && out == first;
        }
        same += all ? 1 : 0;
    };
    std::vector<std::thread> threads;
    for (int number = 0; number < 6; ++number) {
        threads.emplace_back(work, number);
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK(same == 6);
}
