import stat
from urllib.parse import parse_qs

import httpx2
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode

import steppe
from steppe.cli import keyfiles
from tests.clients.support import ORDER, PLACE, Script, ok, problem

SECRET = steppe.ClientSecret("k_1", "hush")
PAGE = {"items": []}


def _form(request):
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


def test_a_token_is_fetched_once_and_sent(call, time):
    script = Script([ok(PAGE)] * 1 + [ok({"items": []})])
    call(script, time, "orders", credentials=SECRET)
    assert script.headers("Authorization") == ["Bearer token-1"]
    assert _form(script.token_requests[0]) == {
        "grant_type": "client_credentials",
        "client_id": "k_1",
        "client_secret": "hush",
    }


def test_public_reads_need_no_token(call, time):
    script = Script([ok(PAGE)])
    call(script, time, "instruments", credentials=SECRET)
    assert script.token_requests == []
    assert script.headers("Authorization") == [None]


def test_a_token_is_kept_and_renewed_before_it_ends(time):
    script = Script([ok(PAGE) for _ in range(3)])
    client = steppe.Client(
        "http://venue.test",
        credentials=SECRET,
        transport=httpx2.MockTransport(script),
        monotonic=time.monotonic,
    )
    with client:
        client.orders()
        time.now += 800
        client.orders()
        time.now += 71
        client.orders()
    assert script.headers("Authorization") == ["Bearer token-1"] * 2 + ["Bearer token-2"]


def test_a_token_that_ended_early_is_renewed_once_and_the_command_keeps_its_id(call, time):
    script = Script([problem(401, "token_expired"), ok(ORDER)])
    call(script, time, "cancel_order", "carbon.o17", credentials=SECRET)
    assert script.headers("Authorization") == ["Bearer token-1", "Bearer token-2"]
    assert len(set(script.headers("Idempotency-Key"))) == 1


def test_a_second_401_is_final(call, time):
    script = Script([problem(401, "token_expired"), problem(401, "token_expired")])
    with pytest.raises(steppe.Unauthenticated):
        call(script, time, "orders", credentials=SECRET)


@pytest.mark.parametrize("status", [400, 401])
def test_refused_credentials_are_unauthenticated(call, time, status):
    script = Script(tokens=[problem(status, "invalid_client", error="invalid_client")])
    with pytest.raises(steppe.Unauthenticated, match="invalid_client"):
        call(script, time, "place_order", credentials=SECRET, **PLACE)
    assert script.requests == []


def test_a_token_endpoint_that_is_away_is_asked_again(call, time):
    tokens = [httpx2.ReadTimeout("slow"), problem(503, "overloaded")]
    script = Script([ok(ORDER)], tokens=tokens)
    call(script, time, "place_order", credentials=SECRET, **PLACE)
    assert len(script.token_requests) == 3


def test_a_command_not_sent_for_want_of_a_token_is_not_in_doubt(call, time):
    script = Script(tokens=[httpx2.ReadTimeout("slow")] * 50)
    with pytest.raises(steppe.Unavailable):
        call(script, time, "place_order", credentials=SECRET, **PLACE)


def test_a_command_sent_before_the_tokens_ran_out_is_in_doubt(call, time):
    granted = ok({"access_token": "t", "expires_in": 0, "token_type": "Bearer"})
    script = Script([httpx2.ReadTimeout("slow")], tokens=[granted, problem(401, "invalid_client")])
    with pytest.raises(steppe.OutcomeUnknown):
        call(script, time, "place_order", credentials=SECRET, **PLACE)


def test_a_private_key_signs_an_assertion_for_one_use(call, time):
    pair = OKPKey.generate_key("Ed25519")
    key = steppe.PrivateKey.load("k_1", pair.as_pem(private=True))
    script = Script([problem(401, "token_expired"), ok(ORDER)])
    call(script, time, "place_order", credentials=key, **PLACE)
    claims = [_verified(pair, _form(request)) for request in script.token_requests]
    assert len({one["jti"] for one in claims}) == 2
    for one in claims:
        assert (one["iss"], one["sub"], one["aud"]) == ("k_1", "k_1", "steppe")
        assert 0 < one["exp"] - one["iat"] <= 300


def test_keys_are_read_from_pem_and_jwk():
    pair = OKPKey.generate_key("Ed25519")
    pem = steppe.PrivateKey.load("k_1", pair.as_pem(private=True))
    jwk = steppe.PrivateKey.load("k_1", msgspec.json.encode(pair.as_dict(private=True)))
    assert pem.key.private_bytes_raw() == jwk.key.private_bytes_raw()


def _not_keys():
    public = OKPKey.generate_key("Ed25519")
    other = OKPKey.generate_key("X25519")
    return [
        b"nonsense",
        b"{}",
        b"{",
        b"\xff",
        public.as_pem(private=False),
        msgspec.json.encode(public.as_dict(private=False)),
        other.as_pem(private=True),
    ]


@pytest.mark.parametrize("data", _not_keys(), ids=range(7))
def test_what_is_no_ed25519_private_key_is_refused(data):
    with pytest.raises(ValueError):  # noqa: PT011 - a bad encoding says so in its own words
        steppe.PrivateKey.load("k_1", data)


def test_secrets_are_not_shown():
    pair = OKPKey.generate_key("Ed25519")
    key = steppe.PrivateKey.load("k_1", pair.as_pem(private=True))
    assert "hush" not in repr(SECRET)
    assert "key=" not in repr(key)
    created = {"key_id": "k_1", "operator_id": "u1", "client_secret": "hush"}
    assert "hush" not in repr(msgspec.convert(created, steppe.Key))


def test_a_generated_key_is_for_its_owner_only_and_never_overwrites(tmp_path):
    path = tmp_path / "key.pem"
    public = keyfiles.generate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = steppe.PrivateKey.load_file("k_1", path).key
    assert urlsafe_b64decode(public["x"].encode()) == key.public_key().public_bytes_raw()
    assert "d" not in public
    with pytest.raises(FileExistsError):
        keyfiles.generate(path)


def _verified(pair, form):
    assert form["client_assertion_type"].endswith("jwt-bearer")
    head, body, signature = form["client_assertion"].encode().split(b".")
    public = pair.get_op_key("verify")
    assert isinstance(public, Ed25519PublicKey)
    public.verify(urlsafe_b64decode(signature), head + b"." + body)
    assert msgspec.json.decode(urlsafe_b64decode(head))["alg"] == "EdDSA"
    return msgspec.json.decode(urlsafe_b64decode(body))
