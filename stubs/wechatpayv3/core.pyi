from cryptography.x509 import Certificate

class Core:
    _public_key_id: str | None
    _certificates: list[Certificate]
    def __init__(
        self,
        mchid: str,
        cert_serial_no: str,
        private_key: str,
        apiv3_key: str,
        cert_dir: str | None = ...,
        *,
        timeout: tuple[float, float] | None = ...,
        public_key: str | None = ...,
        public_key_id: str | None = ...,
    ) -> None: ...
    def _update_certificates(self) -> None: ...
