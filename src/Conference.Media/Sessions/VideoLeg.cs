using System.Security.Cryptography;
using Conference.Media.Rtp;
using Conference.Media.Sdp;
using Conference.Media.Video;

namespace Conference.Media.Sessions;

/// <summary>The pictures of one leg: what comes from its camera, and whom it watches. Owned by the worker that has the leg.</summary>
internal sealed class VideoLeg
{
    private const long Second = 1_000_000_000;
    private const long ApartByRtcp = Second / 2;
    private const long ApartByInfo = 2 * Second;
    private const long LongestWait = Second; // for a picture to begin with
    private const int TicksPerSecond = 50;

    private readonly LegPath _path;
    private readonly IMixerListener _owner;
    private readonly PictureStream _stream;
    private readonly int _bytesPerTick;
    private AgreedVideo? _agreed;
    private VideoLeg? _watched;
    private VideoLeg? _next; // watched as soon as a picture of its begins
    private long _nextSince;
    private uint _watchedSsrc;
    private uint _ssrc;
    private bool _isAsked;
    private long _askedAt = -ApartByInfo;
    private byte _requests;
    private int _mayTake;

    /// <param name="bitsPerSecond">What its camera may send at most.</param>
    public VideoLeg(PacketPort rtp, PacketPort rtcp, Peer signalling, int bitsPerSecond, IMixerListener owner)
    {
        (_path, _owner, _bytesPerTick) = (new LegPath(rtp, rtcp, signalling), owner, bitsPerSecond / 8 / TicksPerSecond);
        Span<byte> seed = stackalloc byte[10];
        RandomNumberGenerator.Fill(seed);
        _stream = new PictureStream(BitConverter.ToUInt32(seed), BitConverter.ToUInt16(seed[4..]), BitConverter.ToUInt32(seed[6..]));
    }

    /// <summary>Whether its camera may be watched.</summary>
    public bool Shows => _agreed is not null && _agreed.Direction.Receives();

    /// <summary>Whether it wants to see somebody.</summary>
    public bool Watches => _agreed is not null && _agreed.Direction.Sends();

    /// <summary>Takes what signalling agreed on; <see langword="null"/> for no pictures.</summary>
    public void Use(AgreedVideo? agreed, LegShield? shield, long now)
    {
        _agreed = agreed;
        if (agreed is not null) _path.Use(agreed, shield, now);
        if (agreed is null) Follow(null, now);
    }

    /// <summary>Whether the pictures of another would be understood.</summary>
    public bool Understands(VideoLeg other) => _agreed?.Kind == other._agreed?.Kind;

    /// <summary>Asks its camera for a picture that builds on no other, soon.</summary>
    public void Ask() => _isAsked = true;

    /// <summary>Says whom it watches from now on; who was watched so far is seen until the other's first whole picture.</summary>
    public void Follow(VideoLeg? other, long now)
    {
        if (ReferenceEquals(other, _next ?? _watched)) return;
        if (other is null) _watched = null;
        _next = ReferenceEquals(other, _watched) ? null : other;
        _nextSince = now;
        _next?.Ask();
    }

    /// <summary>Does what is due once a tick: reads RTCP, and asks for pictures.</summary>
    public void Tend(MixWorker worker, long tick, long now)
    {
        _mayTake = Math.Min(_mayTake + _bytesPerTick, _bytesPerTick * TicksPerSecond);
        if (tick % (5 * TicksPerSecond) == 0) _path.RenewBudget();
        if (_agreed is null) return;
        var datagram = worker.Scratch.Datagram;
        for (var i = 0; i < 8 && _path.Rtcp!.Receive(datagram, out var from, out _) is var length and >= 0; i++)
            TakeControl(datagram, length, from);
        if (_isAsked) Request(worker, now);
    }

    /// <summary>Takes the next packet of its camera.</summary>
    /// <returns><see langword="false"/> when nothing more is there.</returns>
    public bool TryReceive(byte[] datagram, long now, out RtpPacket packet, out bool isUsable)
    {
        packet = default;
        isUsable = false;
        var length = _path.Rtp.Receive(datagram, out var from, out _);
        if (length < 0) return false;
        if (_agreed is null) return true;
        var isRtcp = _agreed.RtcpMux && length > 1 && datagram[1] is >= 192 and <= 223;
        if (isRtcp)
        {
            TakeControl(datagram, length, from);
        }
        else if (_path.Unlock(datagram, ref length, isRtcp: false) && RtpPacket.Parse(datagram.AsSpan(0, length), out packet) == RtpError.None)
        {
            isUsable = packet.PayloadType == _agreed.ReceivePayload && _path.Judge(packet, from, now) == LatchVerdict.Accept && Shows && IsWithinLimits(length);
            if (isUsable) _ssrc = packet.Ssrc;
        }

        return true;
    }

    /// <summary>Sends it a packet of somebody's camera, if that is whom it watches.</summary>
    public void Show(VideoLeg camera, in RtpPacket packet, byte[] room, long now)
    {
        if (ReferenceEquals(camera, _next)) Turn(camera, packet, now);
        if (!ReferenceEquals(camera, _watched) || !Watches || !_path.MaySend()) return;
        if (packet.Ssrc != _watchedSsrc) Begin(camera, packet, now); // its camera began anew
        var length = _stream.Write(_agreed!.Codec, packet, _agreed.SendPayload, room.AsSpan(0, room.Length - RtpSender.Trailer), now);
        if (length > 0) _path.Send(room, length);
    }

    /// <summary>Turns to somebody else with his first whole picture, or after a while with whatever there is.</summary>
    private void Turn(VideoLeg camera, in RtpPacket packet, long now)
    {
        if (!KeyPictures.BeginsIn(camera._agreed!.Codec, packet.Payload))
        {
            camera.Ask();
            if (now - _nextSince < LongestWait) return;
        }

        (_watched, _next) = (camera, null);
        Begin(camera, packet, now);
    }

    private void Begin(VideoLeg camera, in RtpPacket packet, long now)
    {
        _watchedSsrc = packet.Ssrc;
        _stream.Begin(camera._agreed!.Codec, packet, now);
    }

    private bool IsWithinLimits(int length)
    {
        if (length <= _mayTake)
        {
            _mayTake -= length;
            return true;
        }

        Ask(); // the picture has a hole now
        return false;
    }

    private void TakeControl(Span<byte> datagram, int length, Peer from)
    {
        if (!_path.MayReportFrom(from) || !_path.Unlock(datagram, ref length, isRtcp: true)) return;
        if (PictureRequest.IsIn(datagram[..length])) AskWatched();
    }

    /// <summary>Its peer has lost the picture: whoever is watched is asked for another.</summary>
    public void AskWatched() => (_next ?? _watched)?.Ask();

    private void Request(MixWorker worker, long now)
    {
        var byInfo = _agreed is { TakesPli: false, TakesFir: false };
        if (now - _askedAt < (byInfo ? ApartByInfo : ApartByRtcp)) return;
        (_isAsked, _askedAt) = (false, now);
        if (byInfo)
        {
            worker.Events.Add(new MixerEvent(MixerEventKind.Picture, _owner));
            return;
        }

        var room = worker.Scratch.Picture;
        var length = PictureRequest.Write(room, _stream.Ssrc, _ssrc, _requests++, _agreed!.TakesPli, _agreed.TakesFir);
        _path.SendControl(room, length, _agreed.RtcpMux);
    }
}
