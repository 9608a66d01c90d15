#pragma once

// The three classes of errors (and no others cross a room's border):
//   UserError         the user's input: file, option, plugin name. The text says what is wrong and what to do. Exit code 2.
//   EnvironmentError  the machine: a file that cannot be written, a damaged database, no memory. Exit code 3.
//   InternalError     our own bug: an assertion with its context. Exit code 3.

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>

namespace seqlab {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  Error(const Error&) = default;
  ~Error() override;
};

class UserError : public Error {
 public:
  using Error::Error;
  UserError(const UserError&) = default;
  ~UserError() override;
};

/// Options that are each in order but not together: `option` is the dotted name of the one that the message is about, so
/// that its place in a file can be shown.
class OptionError final : public UserError {
 public:
  OptionError(std::string option_name, const std::string& message) : UserError(message), option(std::move(option_name)) {}
  OptionError(const OptionError&) = default;
  ~OptionError() override;
  std::string option;
};

/// A query or name that matched nothing: exit code 4.
class NothingMatched final : public UserError {
 public:
  using UserError::UserError;
  NothingMatched(const NothingMatched&) = default;
  ~NothingMatched() override;
};

class EnvironmentError : public Error {
 public:
  using Error::Error;
  EnvironmentError(const EnvironmentError&) = default;
  ~EnvironmentError() override;
};

class InternalError final : public Error {
 public:
  using Error::Error;
  InternalError(const InternalError&) = default;
  ~InternalError() override;
};

/// Throws InternalError with the place of the call unless `holds`. For contracts between parts of seqlab, not for user
/// input.
void expect(bool holds, std::string_view contract, std::source_location where = std::source_location::current());

}  // namespace seqlab
