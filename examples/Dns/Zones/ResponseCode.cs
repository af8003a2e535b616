namespace Dns.Zones;

/// <summary>RCODEs, RFC 1035 §4.1.1; above 15 the upper bits are in OPT (RFC 6891 §6.1.3).</summary>
internal enum ResponseCode : ushort
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,
    NotAuthoritative = 9,
    BadVersion = 16,
}
