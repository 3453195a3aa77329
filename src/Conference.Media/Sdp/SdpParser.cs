using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Media.Security;

namespace Conference.Media.Sdp;

/// <summary>Reads session descriptions tolerantly (RFC 8866): unknown lines are skipped, limits hold, nothing throws.</summary>
/// <remarks>Looked at are 8 media lines, 64 formats a line and 256 attributes; what exceeds this is there, but not understood.</remarks>
public static class SdpParser
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxMediaLines = 32;
    private const int MediaLinesRead = 8;
    private const int FormatsRead = 64;
    private const int AttributesRead = 256;
    private const int MaxValue = 1024; // longer attribute values say nothing we need

    /// <summary>Reads a body of type application/sdp.</summary>
    /// <param name="body">As it came; UTF-8.</param>
    /// <param name="session">The description; <see langword="null"/> unless the result is <see cref="SdpError.None"/>.</param>
    public static SdpError Parse(ReadOnlySpan<byte> body, out SdpSession? session)
    {
        session = null;
        if (body.Length > MaxBytes) return SdpError.TooLarge;
        var reading = new Reading();
        foreach (var line in Encoding.UTF8.GetString(body).AsSpan().EnumerateLines())
        {
            var error = reading.Take(line);
            if (error != SdpError.None) return error;
        }

        if (!reading.HasVersion || reading.Media.Count == 0) return SdpError.NotSdp;
        session = new SdpSession(reading.Origin, [.. reading.Media.Select(m => m.Build(reading))]) { Bundle = reading.Bundle };
        return SdpError.None;
    }

    /// <summary>ASCII digits only, at most <paramref name="max"/>; signs, blanks and other scripts' digits are refused.</summary>
    internal static bool TryNumber(ReadOnlySpan<char> text, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max && text.Length <= 9
        && !text.ContainsAnyExceptInRange('0', '9');

    private static SdpConnection ParseConnection(ReadOnlySpan<char> value)
    {
        Span<Range> parts = stackalloc Range[4];
        if (value.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries) < 3) return new(ConnectionKind.Unusable);
        var text = value[parts[2]];
        var slash = text.IndexOf('/'); // TTL of multicast, which we refuse anyhow
        if (slash >= 0) text = text[..slash];
        return ParseAddress(text) is { } address ? Judge(address) : new(ConnectionKind.Unusable);
    }

    /// <summary>Only the canonical forms: an octal or hexadecimal IPv4 address is a trick, a name would need a resolver.</summary>
    private static IPAddress? ParseAddress(ReadOnlySpan<char> text)
    {
        if (!IPAddress.TryParse(text, out var address)) return null;
        if (address.IsIPv4MappedToIPv6) return null;
        return address.AddressFamily != AddressFamily.InterNetwork || text.SequenceEqual(address.ToString()) ? address : null;
    }

    private static SdpConnection Judge(IPAddress address)
    {
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return new(ConnectionKind.Hold);
        if (address.IsIPv6Multicast || address.IsIPv6LinkLocal) return new(ConnectionKind.Unusable);
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return new(ConnectionKind.Usable, address);

        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        var refused = bytes[0] is 0 or >= 224 || (bytes[0] == 169 && bytes[1] == 254);
        return refused ? new(ConnectionKind.Unusable) : new(ConnectionKind.Usable, address);
    }

    /// <summary>The description as far as it has been read.</summary>
    private sealed class Reading
    {
        private int _attributes;

        public bool HasVersion { get; private set; }

        public string Origin { get; private set; } = "";

        public SdpConnection Connection { get; private set; }

        public SdpDirection? Direction { get; private set; }

        /// <summary>What lines without their own have.</summary>
        public KeyReading Keys { get; } = new();

        public ImmutableArray<string> Bundle { get; private set; } = [];

        public List<MediaReading> Media { get; } = [];

        private MediaReading? Current => Media.Count is > 0 and <= MediaLinesRead ? Media[^1] : null;

        public SdpError Take(ReadOnlySpan<char> line)
        {
            line = line.Trim();
            if (line.Length < 2 || line[1] != '=') return SdpError.None;
            var value = line[2..].Trim();
            switch (line[0])
            {
                case 'v': HasVersion |= value is "0"; break;
                case 'o' when Media.Count == 0: Origin = ReadOrigin(value); break;
                case 'c' when Media.Count == 0: Connection = ParseConnection(value); break;
                case 'c' when Current is { } media: media.Connection = ParseConnection(value); break;
                case 'm': return TakeMedia(value);
                case 'a' when _attributes++ < AttributesRead && value.Length <= MaxValue: TakeAttribute(value); break;
                default: break;
            }

            return SdpError.None;
        }

        private SdpError TakeMedia(ReadOnlySpan<char> value)
        {
            if (Media.Count == MaxMediaLines) return SdpError.TooLarge;
            var media = MediaReading.From(value);
            if (media is null) return SdpError.BadMedia;
            Media.Add(media);
            return SdpError.None;
        }

        private void TakeAttribute(ReadOnlySpan<char> value)
        {
            if (ReadDirection(value) is { } direction)
            {
                if (Media.Count == 0) Direction = direction;
                else if (Current is { } here) here.Direction = direction;
            }
            else if (Media.Count > 0)
            {
                Current?.TakeAttribute(value);
            }
            else if (value.StartsWith("group:BUNDLE ", StringComparison.OrdinalIgnoreCase))
            {
                Bundle = [.. value["group:BUNDLE ".Length..].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MediaLinesRead)];
            }
            else
            {
                Keys.TakeAttribute(value);
            }
        }

        private static string ReadOrigin(ReadOnlySpan<char> value)
        {
            Span<Range> parts = stackalloc Range[7];
            return value.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries) < 6 || value.Length > MaxValue
                ? ""
                : $"{value[parts[0]]} {value[parts[1]]} {value[parts[2]]}";
        }

        private static SdpDirection? ReadDirection(ReadOnlySpan<char> value) => value switch
        {
            "sendrecv" => SdpDirection.SendRecv,
            "sendonly" => SdpDirection.SendOnly,
            "recvonly" => SdpDirection.RecvOnly,
            "inactive" => SdpDirection.Inactive,
            _ => null,
        };
    }

    /// <summary>What a description says about keys, for the session or for one line.</summary>
    private sealed class KeyReading
    {
        private const int CryptosRead = 16;

        private readonly List<SdesCrypto> _cryptos = [];
        private int _lines;
        private string _fragment = "";
        private string _password = "";
        private Fingerprint? _fingerprint;
        private DtlsSetup _setup;

        public void TakeAttribute(ReadOnlySpan<char> value)
        {
            var colon = value.IndexOf(':');
            if (colon < 0) return;
            var rest = value[(colon + 1)..].Trim();
            switch (value[..colon])
            {
                case "crypto" when _lines++ < CryptosRead && SdesCrypto.Parse(rest) is { } crypto: _cryptos.Add(crypto); break;
                case "fingerprint": _fingerprint ??= Fingerprint.Parse(rest); break;
                case "setup": _setup = ReadSetup(rest); break;
                case "ice-ufrag": _fragment = rest.ToString(); break;
                case "ice-pwd": _password = rest.ToString(); break;
                default: break;
            }
        }

        /// <summary>Adds what was read to a line; what the line does not say, the session may have said (RFC 8122 §5, RFC 8839 §5.4).</summary>
        public SdpMedia AddTo(SdpMedia media, KeyReading session)
        {
            var (fragment, password) = (Either(_fragment, session._fragment), Either(_password, session._password));
            var ice = IceCredentials.From(fragment, password);
            var isUncheckable = ice is null && fragment.Length + password.Length > 0; // it would check for ever, so there is nobody to shake hands with
            return media with
            {
                Cryptos = [.. _cryptos],
                Fingerprint = isUncheckable ? null : _fingerprint ?? session._fingerprint,
                Setup = _setup != DtlsSetup.Missing ? _setup : session._setup,
                Ice = ice,
            };
        }

        private static string Either(string own, string session) => own.Length > 0 ? own : session;

        private static DtlsSetup ReadSetup(ReadOnlySpan<char> value) => value switch
        {
            "actpass" => DtlsSetup.ActPass,
            "active" => DtlsSetup.Active,
            "passive" => DtlsSetup.Passive,
            "holdconn" => DtlsSetup.HoldConn,
            _ => DtlsSetup.Missing,
        };
    }

    /// <summary>One media line as far as it has been read.</summary>
    private sealed class MediaReading
    {
        private const string LevelName = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

        private readonly Dictionary<byte, (string Name, int Clock, int Channels)> _maps = [];
        private readonly Dictionary<byte, string> _parameters = [];
        private readonly KeyReading _keys = new();
        private readonly List<string> _fax = [];
        private bool _pli;
        private bool _fir;
        private int _packetTime = 20;
        private int _mostTime = 60;
        private string _mid = "";
        private byte? _level;
        private int? _rtcpPort;
        private bool _mux;
        private ExtendedReports _extended;

        public required string Type { get; init; }

        public required int Port { get; init; }

        public required string Protocol { get; init; }

        public required ImmutableArray<string> Formats { get; init; }

        public SdpConnection? Connection { get; set; }

        public SdpDirection? Direction { get; set; }

        private bool IsRtp => Protocol.Contains("RTP/", StringComparison.OrdinalIgnoreCase);

        public static MediaReading? From(ReadOnlySpan<char> value)
        {
            Span<Range> parts = stackalloc Range[FormatsRead + 4];
            var count = value.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries);
            if (count < 4) return null;
            var port = value[parts[1]];
            var slash = port.IndexOf('/'); // number of ports, for layered multicast
            if (!TryNumber(slash < 0 ? port : port[..slash], 65535, out var number)) return null;
            var formats = ImmutableArray.CreateBuilder<string>();
            for (var i = 3; i < Math.Min(count, FormatsRead + 3); i++)
                formats.Add(value[parts[i]].ToString());
            var media = new MediaReading
            {
                Type = value[parts[0]].ToString().ToLowerInvariant(),
                Port = number,
                Protocol = value[parts[2]].ToString(),
                Formats = formats.ToImmutable(),
            };
            return media.IsSensible ? media : null;
        }

        /// <summary>What goes back into our answer must not be a vehicle for somebody else's text.</summary>
        private bool IsSensible =>
            Type.Length <= 32 && Protocol.Length <= 32 && Formats.All(f => f.Length <= 32)
            && (!IsRtp || Formats.All(f => TryNumber(f, 127, out _)));

        public void TakeAttribute(ReadOnlySpan<char> value)
        {
            var colon = value.IndexOf(':');
            var name = colon < 0 ? value : value[..colon];
            var rest = colon < 0 ? default : value[(colon + 1)..].Trim();
            switch (name)
            {
                case "rtpmap": TakeMap(rest); break;
                case "fmtp": TakeParameters(rest); break;
                case "ptime" when TryNumber(rest, 1000, out var ptime) && ptime > 0: _packetTime = Math.Clamp(ptime / 10 * 10, 10, 60); break;
                case "maxptime" when TryNumber(rest, 1000, out var most) && most > 0: _mostTime = Math.Clamp(most / 10 * 10, 10, 60); break;
                case "mid" when rest.Length is > 0 and <= 32 && !rest.ContainsAnyExceptInRange('!', '~'): _mid = rest.ToString(); break;
                case "extmap": TakeExtension(rest); break;
                case "rtcp-fb": TakeFeedback(rest[FirstWord(rest).Length..].Trim()); break;
                case "rtcp-mux" or "rtcp-mux-only": _mux = true; break;
                case var _ when Type == "image" && FaxTerms.IsAttribute(value) && _fax.Count < FaxTerms.MostAttributes: _fax.Add(value.ToString()); break;
                case "rtcp-xr": TakeReports(rest); break;
                case "rtcp" when TryNumber(FirstWord(rest), 65535, out var port) && port > 0: _rtcpPort = port; break;
                default: _keys.TakeAttribute(value); break;
            }
        }

        public SdpMedia Build(Reading session)
        {
            var media = new SdpMedia(
                Type,
                Port,
                Protocol,
                Formats,
                Connection ?? session.Connection,
                IsRtp ? [.. Formats.Select(Name).OfType<SdpCodec>()] : [],
                Direction ?? session.Direction ?? SdpDirection.SendRecv,
                _packetTime,
                _rtcpPort ?? Port + 1,
                _mux)
            {
                MaxPacketTime = _mostTime,
                Mid = _mid,
                LevelExtension = _level,
                Extended = _extended,
                FaxAttributes = [.. _fax],
                TakesPli = _pli,
                TakesFir = _fir,
            };
            return _keys.AddTo(media, session.Keys);
        }

        /// <summary>Some writers name the formats in one line, some in several.</summary>
        private void TakeReports(ReadOnlySpan<char> value)
        {
            foreach (var range in value.Split(' '))
            {
                var format = value[range];
                if (format.StartsWith("voip-metrics", StringComparison.OrdinalIgnoreCase)) _extended |= ExtendedReports.Metrics;
                if (format.StartsWith("rcvr-rtt", StringComparison.OrdinalIgnoreCase)) _extended |= ExtendedReports.Clock;
            }
        }

        private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text)
        {
            var end = text.IndexOf(' ');
            return end < 0 ? text : text[..end];
        }

        /// <summary>For whatever number it is said: nobody means it for one and not for the other.</summary>
        private void TakeFeedback(ReadOnlySpan<char> kind)
        {
            _pli |= kind is "nack pli";
            _fir |= kind is "ccm fir";
        }

        private void TakeMap(ReadOnlySpan<char> value)
        {
            var word = FirstWord(value);
            var encoding = value[word.Length..].Trim();
            var slash = encoding.IndexOf('/');
            if (slash <= 0 || slash > 32 || !TryNumber(word, 127, out var payload)) return;
            var clock = encoding[(slash + 1)..];
            var channels = clock.IndexOf('/');
            if (!TryNumber(channels < 0 ? clock : clock[..channels], 1_000_000, out var hertz) || hertz == 0) return;
            if (channels < 0 || !TryNumber(clock[(channels + 1)..].Trim(), 255, out var count)) count = 1;
            _maps.TryAdd((byte)payload, (encoding[..slash].ToString(), hertz, count));
        }

        /// <summary>Of the header extensions only the loudness is of use, with an identifier of one byte (RFC 8285 §4.2).</summary>
        private void TakeExtension(ReadOnlySpan<char> value)
        {
            var word = FirstWord(value);
            var slash = word.IndexOf('/');
            if (!TryNumber(slash < 0 ? word : word[..slash], 14, out var id) || id == 0) return;
            if (FirstWord(value[word.Length..].Trim()).Equals(LevelName, StringComparison.OrdinalIgnoreCase)) _level ??= (byte)id;
        }

        private void TakeParameters(ReadOnlySpan<char> value)
        {
            var word = FirstWord(value);
            if (TryNumber(word, 127, out var payload)) _parameters.TryAdd((byte)payload, value[word.Length..].Trim().ToString());
        }

        /// <summary>The codec of a payload type: as mapped, or one of the static types that we speak (RFC 3551 §6).</summary>
        private SdpCodec? Name(string format)
        {
            if (!TryNumber(format, 127, out var number)) return null;
            var payload = (byte)number;
            var parameters = _parameters.GetValueOrDefault(payload, "");
            if (_maps.TryGetValue(payload, out var map)) return new(payload, map.Name, map.Clock, parameters) { Channels = map.Channels };
            return payload switch
            {
                0 => new(payload, "PCMU", 8000, parameters),
                8 => new(payload, "PCMA", 8000, parameters),
                3 => new(payload, "GSM", 8000, parameters),
                9 => new(payload, "G722", 8000, parameters),
                13 => new(payload, "CN", 8000, parameters),
                18 => new(payload, "G729", 8000, parameters),
                31 => new(payload, "H261", 90000, parameters),
                34 => new(payload, "H263", 90000, parameters),
                _ => null,
            };
        }
    }
}
