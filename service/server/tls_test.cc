// What a server of gRPC shows while its files change under it.
#include "service/server/tls.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/store/test_folder.h"

namespace timebank::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Pair {
  std::string certificate;
  std::string key;
};

std::string TextOf(BIO* bytes) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bytes, &text);
  std::string result(text, static_cast<size_t>(size));
  BIO_free(bytes);
  return result;
}

// Signed by itself, for localhost.
Pair Certify() {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* const names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate, key, EVP_sha256());
  BIO* const certificate_text = BIO_new(BIO_s_mem());
  BIO* const key_text = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate_text, certificate);
  PEM_write_bio_PrivateKey(key_text, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {TextOf(certificate_text), TextOf(key_text)};
}

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    Write(first_);
    transport_ = ListenWith(files_, absl::ZeroDuration());
    grpc::ServerBuilder builder;
    builder.AddListeningPort("localhost:0", transport_, &port_);
    queue_ = builder.AddCompletionQueue();
    server_ = builder.BuildAndStart();
  }
  ~TlsTest() override {
    server_->Shutdown(std::chrono::system_clock::now());
    queue_->Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_->Next(&tag, &ok)) {
    }
    server_.reset();
  }

  // In place, as `cp` does.
  void Put(const std::string& path, const std::string& text) const {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    chmod(path.c_str(), 0600);
  }
  void Write(const Pair& pair) const {
    Put(files_.certificate, pair.certificate);
    Put(files_.key, pair.key);
  }
  // Whether a new connection is served under this very certificate.
  bool Shows(const Pair& pair) const {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = pair.certificate;
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    const auto channel =
        grpc::CreateCustomChannel(absl::StrCat("localhost:", port_), grpc::SslCredentials(options), arguments);
    const auto deadline = std::chrono::system_clock::now() + std::chrono::seconds(20);
    grpc_connectivity_state state = channel->GetState(true);
    while (state != GRPC_CHANNEL_READY && state != GRPC_CHANNEL_TRANSIENT_FAILURE &&
           channel->WaitForStateChange(state, deadline)) {
      state = channel->GetState(true);
    }
    return state == GRPC_CHANNEL_READY;
  }
  std::string LogOf(const Pair& pair, int connections = 1) const {
    testing::internal::CaptureStderr();
    for (int i = 0; i < connections; ++i) {
      EXPECT_TRUE(Shows(pair));
    }
    return testing::internal::GetCapturedStderr();
  }

  const store::TestFolder folder_;
  const TlsFiles files_ = {absl::StrCat(folder_.path(), "/crt"), absl::StrCat(folder_.path(), "/key"), ""};
  const Pair first_ = Certify();
  const Pair second_ = Certify();
  int port_ = 0;
  std::shared_ptr<grpc::ServerCredentials> transport_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(TlsTest, TakesUpAGoodPairAtOnce) {
  EXPECT_TRUE(Shows(first_));
  EXPECT_FALSE(Shows(second_));
  Write(second_);
  EXPECT_THAT(LogOf(second_), HasSubstr("tls_files_taken_up"));
  EXPECT_FALSE(Shows(first_));
}

TEST_F(TlsTest, WhatCannotBeUsedLeavesTheOldPairInUse) {
  ASSERT_TRUE(Shows(first_));
  const std::string& certificate = second_.certificate;
  const std::string half = certificate.substr(0, certificate.size() / 2);
  const Pair bad[] = {{"", first_.key},        {first_.certificate, ""},         {"", ""},
                      {"garbage", first_.key}, {certificate, "garbage"},         {certificate, first_.key},
                      {half, second_.key},     {certificate + half, second_.key}};
  for (const Pair& pair : bad) {
    Write(pair);
    const std::string log = LogOf(first_, 3);
    const size_t place = log.find("tls_files_unusable");
    ASSERT_NE(place, std::string::npos) << pair.certificate << pair.key;
    EXPECT_EQ(log.find("tls_files_unusable", place + 1), std::string::npos) << "once";
    Write(first_);
    EXPECT_THAT(LogOf(first_), Not(HasSubstr("tls_files")));
  }
  std::filesystem::remove(files_.certificate);
  std::filesystem::remove(files_.key);
  EXPECT_THAT(LogOf(first_), HasSubstr("No such file"));
  Write(second_);
  EXPECT_TRUE(Shows(second_));
  EXPECT_FALSE(Shows(first_));
}

}  // namespace
}  // namespace timebank::server
