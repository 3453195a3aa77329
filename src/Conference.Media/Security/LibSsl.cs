namespace Conference.Media.Security;

/// <summary>What DTLS needs of OpenSSL, version 3 or 1.1, as pointers: nothing is bound until somebody asks, and a missing function is a value.</summary>
internal static unsafe class LibSsl
{
    public const int VerifyPeer = 0x01;
    public const int FailWithoutCertificate = 0x02;
    public const int WantRead = 2;
    public const int WantWrite = 3;
    public const int EcKey = 408; // EVP_PKEY_EC

    public const int SetMtu = 17;
    public const int SetSessionCacheMode = 44;
    public const int GetTimeout = 73;
    public const int HandleTimeout = 74;
    public const int HasExtendedSecret = 122;
    public const int SetMinimumVersion = 123;

    public const ulong NoQueryMtu = 1ul << 12;
    public const ulong CookieExchange = 1ul << 13;
    public const ulong NoTicket = 1ul << 14;
    public const ulong NoCompression = 1ul << 17;
    public const ulong NoRenegotiation = 1ul << 30;
    public const int Dtls12 = 0xFEFD;

    public static readonly delegate* unmanaged<nint> Method = (delegate* unmanaged<nint>)OpenSsl.Find("DTLS_method");
    public static readonly delegate* unmanaged<nint, nint> NewContext = (delegate* unmanaged<nint, nint>)OpenSsl.Find("SSL_CTX_new");
    public static readonly delegate* unmanaged<nint, void> FreeContext = (delegate* unmanaged<nint, void>)OpenSsl.Find("SSL_CTX_free");
    public static readonly delegate* unmanaged<nint, int, nint, void*, nint> ControlContext = (delegate* unmanaged<nint, int, nint, void*, nint>)OpenSsl.Find("SSL_CTX_ctrl");
    public static readonly delegate* unmanaged<nint, ulong, ulong> SetContextOptions = (delegate* unmanaged<nint, ulong, ulong>)OpenSsl.Find("SSL_CTX_set_options");
    public static readonly delegate* unmanaged<nint, byte*, int> SetCiphers = (delegate* unmanaged<nint, byte*, int>)OpenSsl.Find("SSL_CTX_set_cipher_list");
    public static readonly delegate* unmanaged<nint, byte*, int> SetProfiles = (delegate* unmanaged<nint, byte*, int>)OpenSsl.Find("SSL_CTX_set_tlsext_use_srtp");
    public static readonly delegate* unmanaged<nint, int, byte*, int> UseCertificate = (delegate* unmanaged<nint, int, byte*, int>)OpenSsl.Find("SSL_CTX_use_certificate_ASN1");
    public static readonly delegate* unmanaged<int, nint, byte*, nint, int> UsePrivateKey = (delegate* unmanaged<int, nint, byte*, nint, int>)OpenSsl.Find("SSL_CTX_use_PrivateKey_ASN1");
    public static readonly delegate* unmanaged<nint, int, delegate* unmanaged<int, nint, int>, void> SetVerify =
        (delegate* unmanaged<nint, int, delegate* unmanaged<int, nint, int>, void>)OpenSsl.Find("SSL_CTX_set_verify");
    public static readonly delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, uint*, int>, void> SetCookieMaker =
        (delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, uint*, int>, void>)OpenSsl.Find("SSL_CTX_set_cookie_generate_cb");
    public static readonly delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, uint, int>, void> SetCookieChecker =
        (delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, uint, int>, void>)OpenSsl.Find("SSL_CTX_set_cookie_verify_cb");

    public static readonly delegate* unmanaged<nint, nint> New = (delegate* unmanaged<nint, nint>)OpenSsl.Find("SSL_new");
    public static readonly delegate* unmanaged<nint, void> Free = (delegate* unmanaged<nint, void>)OpenSsl.Find("SSL_free");
    public static readonly delegate* unmanaged<nint, int, nint, void*, nint> Control = (delegate* unmanaged<nint, int, nint, void*, nint>)OpenSsl.Find("SSL_ctrl");
    public static readonly delegate* unmanaged<nint, ulong, ulong> SetOptions = (delegate* unmanaged<nint, ulong, ulong>)OpenSsl.Find("SSL_set_options");
    public static readonly delegate* unmanaged<nint, int, nint, int> SetExtraData = (delegate* unmanaged<nint, int, nint, int>)OpenSsl.Find("SSL_set_ex_data");
    public static readonly delegate* unmanaged<nint, int, nint> GetExtraData = (delegate* unmanaged<nint, int, nint>)OpenSsl.Find("SSL_get_ex_data");
    public static readonly delegate* unmanaged<nint, nint, nint, void> SetBios = (delegate* unmanaged<nint, nint, nint, void>)OpenSsl.Find("SSL_set_bio");
    public static readonly delegate* unmanaged<nint, void> BeActive = (delegate* unmanaged<nint, void>)OpenSsl.Find("SSL_set_connect_state");
    public static readonly delegate* unmanaged<nint, void> BePassive = (delegate* unmanaged<nint, void>)OpenSsl.Find("SSL_set_accept_state");
    public static readonly delegate* unmanaged<nint, int> Handshake = (delegate* unmanaged<nint, int>)OpenSsl.Find("SSL_do_handshake");
    public static readonly delegate* unmanaged<nint, void*, int, int> Read = (delegate* unmanaged<nint, void*, int, int>)OpenSsl.Find("SSL_read");
    public static readonly delegate* unmanaged<nint, int, int> GetError = (delegate* unmanaged<nint, int, int>)OpenSsl.Find("SSL_get_error");
    public static readonly delegate* unmanaged<nint, Profile*> SelectedProfile = (delegate* unmanaged<nint, Profile*>)OpenSsl.Find("SSL_get_selected_srtp_profile");
    public static readonly delegate* unmanaged<nint, byte*, nint, byte*, nint, byte*, nint, int, int> Export =
        (delegate* unmanaged<nint, byte*, nint, byte*, nint, byte*, nint, int, int>)OpenSsl.Find("SSL_export_keying_material");
    public static readonly delegate* unmanaged<nint, nint> PeerCertificate =
        (delegate* unmanaged<nint, nint>)(OpenSsl.Find("SSL_get1_peer_certificate") is not 0 and var three ? three : OpenSsl.Find("SSL_get_peer_certificate"));
    public static readonly delegate* unmanaged<nint, delegate* unmanaged<nint, uint, uint>, void> SetTimer =
        (delegate* unmanaged<nint, delegate* unmanaged<nint, uint, uint>, void>)OpenSsl.Find("DTLS_set_timer_cb");

    public static readonly delegate* unmanaged<nint> MemoryMethod = (delegate* unmanaged<nint>)OpenSsl.Find("BIO_s_mem");
    public static readonly delegate* unmanaged<nint, nint> NewBio = (delegate* unmanaged<nint, nint>)OpenSsl.Find("BIO_new");
    public static readonly delegate* unmanaged<nint, void*, int, int> WriteBio = (delegate* unmanaged<nint, void*, int, int>)OpenSsl.Find("BIO_write");
    public static readonly delegate* unmanaged<nint, void*, int, int> ReadBio = (delegate* unmanaged<nint, void*, int, int>)OpenSsl.Find("BIO_read");
    public static readonly delegate* unmanaged<nint, nuint> Pending = (delegate* unmanaged<nint, nuint>)OpenSsl.Find("BIO_ctrl_pending");
    public static readonly delegate* unmanaged<nint, int, nint, void*, nint> ControlBio = (delegate* unmanaged<nint, int, nint, void*, nint>)OpenSsl.Find("BIO_ctrl");
    public static readonly delegate* unmanaged<void> ClearErrors = (delegate* unmanaged<void>)OpenSsl.Find("ERR_clear_error");
    public static readonly delegate* unmanaged<nint, byte**, int> CertificateBytes = (delegate* unmanaged<nint, byte**, int>)OpenSsl.Find("i2d_X509");
    public static readonly delegate* unmanaged<nint, void> FreeCertificate = (delegate* unmanaged<nint, void>)OpenSsl.Find("X509_free");

    /// <summary>Whether every function is there.</summary>
    public static bool IsComplete { get; } =
        OpenSsl.IsLoaded && Method != null && NewContext != null && FreeContext != null && ControlContext != null && SetContextOptions != null && SetCiphers != null
        && SetProfiles != null && UseCertificate != null && UsePrivateKey != null && SetVerify != null && SetCookieMaker != null && SetCookieChecker != null
        && New != null && Free != null && Control != null && SetOptions != null && SetExtraData != null && GetExtraData != null && SetBios != null
        && BeActive != null && BePassive != null && Handshake != null && Read != null && GetError != null && SelectedProfile != null && Export != null
        && PeerCertificate != null && SetTimer != null && MemoryMethod != null && NewBio != null && WriteBio != null && ReadBio != null && Pending != null
        && ControlBio != null && ClearErrors != null && CertificateBytes != null && FreeCertificate != null;

    /// <summary>SRTP_PROTECTION_PROFILE.</summary>
    public struct Profile
    {
        public byte* Name;
        public nuint Number;
    }

    /// <summary>struct timeval.</summary>
    public struct TimeValue
    {
        public nint Seconds;
        public nint Microseconds;
    }
}
