#pragma once

// The checks of each kind, for plugin/conformance.cpp.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "nn/parameter.h"
#include "plugin/registry.h"

namespace seqlab::conformance {

/// A name and what to run: it returns the measured figure as text, or throws with what is wrong.
using Check = std::pair<std::string, std::function<std::string()>>;
/// Makes the component with some options, for the check of refusals.
using Maker = std::function<void(const OptionValues&)>;

std::vector<Check> cell_checks(const Component& component, Maker& make);
std::vector<Check> attention_checks(const Component& component, Maker& make);
std::vector<Check> embedding_checks(const Component& component, Maker& make);
std::vector<Check> model_checks(const Component& component, const Registry& registry, Maker& make);

// Shared by the kinds.
/// A sum of all numbers of `x`, each with a fixed weight of its own, so that no two gradients are alike.
Var weighted_sum(Var x);
/// Random numbers from a fixed stream.
std::vector<double> numbers(std::int64_t count, std::string_view stream);
/// Gradient of `loss` in every parameter against finite differences, to 1e-6; "worst 3e-9 of 120 numbers".
std::string gradient_agrees(const std::function<Var(Tape&)>& loss, const ParameterSet& parameters);
/// Every set of options that differs from the defaults in one switch, choice or share (a number within [0, 1]).
std::vector<OptionValues> variations(const OptionTable& options);
/// Runs `check` for each of them, its failure headed by the option; "3 variations", or "no options to vary".
std::string each_variation(const OptionTable& options, const std::function<void(const OptionValues&)>& check);
/// The loss on a recording tape equals the loss on a reading one.
std::string training_equals_reading(const std::function<Var(Tape&)>& loss, Precision precision);
/// Every parameter got a gradient that is not all zero. Call after backward().
std::string all_touched(const ParameterSet& parameters);
/// Largest difference of two tensors; throws where it is above `tolerance`.
double difference(const Tensor& a, const Tensor& b, double tolerance, const std::string& what);
/// Bits of a tensor's rows.
std::vector<double> bits_of(const Tensor& tensor);
void require(bool holds, const std::string& otherwise);

}  // namespace seqlab::conformance
