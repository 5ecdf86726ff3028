"""The receiver's own check of signatures, against vectors made by hand."""

import unittest

from doors.receiver import hmac_by_openssl, signature_fault

SECRET = "whsec_dGVzdA=="
BODY = b'{"id":"evt_1"}'
NOW = 1_700_000_000


def header(at=NOW, body=BODY, secret=SECRET):
    return f"t={at},v1={hmac_by_openssl(secret, str(at).encode() + b'.' + body)}"


class Signature(unittest.TestCase):
    def test_a_known_vector(self):
        # RFC 4231, test case 2.
        self.assertEqual(
            hmac_by_openssl("Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")

    def test_valid(self):
        self.assertIsNone(signature_fault(header(), BODY, SECRET, NOW))
        self.assertIsNone(signature_fault(header() + ",v1=00", BODY, SECRET, NOW + 300))

    def test_invalid(self):
        self.assertEqual(signature_fault(None, BODY, SECRET, NOW), "header missing")
        self.assertEqual(signature_fault("nonsense", BODY, SECRET, NOW), "header malformed")
        self.assertEqual(signature_fault("t=1", BODY, SECRET, NOW), "header malformed")
        self.assertEqual(signature_fault(header(), BODY, SECRET, NOW + 301),
                         "timestamp outside tolerance")
        self.assertEqual(signature_fault(header(), BODY + b" ", SECRET, NOW), "digest mismatch")
        self.assertEqual(signature_fault(header(), BODY, "whsec_x", NOW), "digest mismatch")


if __name__ == "__main__":
    unittest.main()
