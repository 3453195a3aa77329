using System.Collections.Immutable;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>One room in the mixer's time: who is heard by whom, 20 ms at a go. Owned by the worker of its slot.</summary>
/// <remarks>Listeners who hear the same in the same format share one payload; whoever speaks gets the mix without himself, encoded for him.</remarks>
internal sealed class RoomMixer
{
    private readonly MixSlot _slot;
    private readonly IVoiceCodecs _codecs;
    private readonly IMixerListener _owner;
    private readonly Buses _buses = new();
    private readonly SharedMix[] _mixes;
    private readonly List<SharedVoice> _shared = [];
    private readonly List<Player> _sounds = [];
    private readonly List<Tape> _tapes = [];
    private readonly List<Chair> _leaving = []; // heard for one more tick
    private Seating _seated = Seating.Empty;
    private Seating _next = Seating.Empty;

    public RoomMixer(MixSlot slot, IVoiceCodecs codecs, IMixerListener owner)
    {
        (_slot, _codecs, _owner) = (slot, codecs, owner);
        _mixes = [.. Enumerable.Range(0, MixRates.Count).Select(rate => new SharedMix(_buses, rate))];
    }

    public MixSlot Slot => _slot;

    /// <summary>Who should sit here; swapped by any thread, seated at the next tick.</summary>
    public void Use(Seating seating) => Volatile.Write(ref _next, seating);

    /// <summary>A moment's levels, for any thread.</summary>
    public ImmutableArray<SeatLevel> Levels => [.. Volatile.Read(ref _seated).Chairs.Select(c => new SeatLevel(c.Id, c.Level))];

    /// <summary>Plays a sound that was made ready for <see cref="SoundRate"/> to everybody.</summary>
    public void Play(Sound sound)
    {
        var player = new Player();
        player.Add(new Playback([sound]));
        _sounds.Add(player);
    }

    /// <summary>The rate of sounds for the whole room: as good as prompts are.</summary>
    public const int SoundRate = 8000;

    public void Add(Tape tape) => _tapes.Add(tape);

    public void Remove(Tape tape) => _tapes.Remove(tape);

    /// <summary>The room is no more: recordings end, and whoever waits for talk changes is told.</summary>
    public void Close()
    {
        foreach (var tape in _tapes)
            tape.End();
        foreach (var shared in _shared)
            shared.Encoder.Dispose();
        _tapes.Clear();
        _shared.Clear();
        _slot.Worker.Events.Add(new MixerEvent(MixerEventKind.Closed, _owner));
    }

    /// <summary>Mixes one tick; the legs of the slot have received.</summary>
    public void Tick(long tick)
    {
        Seat();
        _buses.Clear();
        foreach (var chair in _seated.Chairs)
            Listen(chair);
        foreach (var chair in _leaving)
            Listen(chair);
        PlaySounds();
        foreach (var tape in _tapes)
            _buses.Want(tape.Rate);
        _buses.Blend();
        foreach (var chair in _seated.Chairs)
            ServePrivate(chair, tick); // first: whoever leaves a shared stream must find it where he left it
        foreach (var chair in _seated.Chairs)
            ServeShared(chair, tick);
        foreach (var tape in _tapes)
            tape.Write(tick, _mixes[tape.Rate].Take(tick));
    }

    /// <summary>Seats whom the room named last. Whoever lost his seat fades out during one more tick.</summary>
    private void Seat()
    {
        _leaving.Clear();
        var next = Volatile.Read(ref _next);
        if (ReferenceEquals(next, _seated)) return;
        for (var i = 0; i < next.Chairs.Length; i++)
            next.Chairs[i].Sit(next.Seats[i], next);
        foreach (var chair in _seated.Chairs)
            if (!ReferenceEquals(chair.Seating, next)) Leave(chair);
        Volatile.Write(ref _seated, next);
    }

    private void Leave(Chair chair)
    {
        StopTalking(chair);
        chair.IsLeaving = true;
        _leaving.Add(chair);
    }

    private void Listen(Chair chair)
    {
        var leg = chair.Leg;
        var isHere = ReferenceEquals(leg.Home, _slot) && leg.Speech is not null; // it may still be on its way to us, or gone
        var isOpen = isHere && chair.Seat.Speaks && leg.MaySpeak && !chair.IsLeaving;
        chair.Contributes = isHere && chair.Gate.Apply(isOpen, leg.Voice) && leg.HasVoice;
        if (isHere && !chair.IsLeaving) _buses.Want(leg.Speech!.Rate);
        if (chair.Contributes) _buses.Add(leg.Speech!.Rate, leg.Voice);
        if (!chair.Seat.Speaks || chair.IsLeaving) StopTalking(chair);
        chair.Measure(chair.Contributes && isOpen);
        if (chair.Seat.Speaks && !chair.IsLeaving && chair.Talk.Feed(chair.FrameLevel)) Tell(chair);
    }

    private void StopTalking(Chair chair)
    {
        var was = chair.Talk.IsTalking;
        chair.Talk.Reset();
        if (was) Tell(chair);
    }

    private void Tell(Chair chair) =>
        _slot.Worker.Events.Add(new MixerEvent(MixerEventKind.Talk, _owner, Seat: chair.Id, Flag: chair.Talk.IsTalking));

    private void PlaySounds()
    {
        for (var i = _sounds.Count - 1; i >= 0; i--)
        {
            _sounds[i].Mix(_buses.Open(MixRates.IndexOf(SoundRate)), out _, out _);
            if (!_sounds[i].IsPlaying) _sounds.RemoveAt(i);
        }
    }

    private void ServePrivate(Chair chair, long tick)
    {
        var leg = chair.Leg;
        if (!ReferenceEquals(leg.Home, _slot) || leg.Speech is null) return; // another room, or none, serves it
        var isAlike = chair.Seat.Hears && !chair.Contributes && !leg.Player.IsPlaying && chair.Music.Sound is null;
        chair.IsPrivate = !isAlike || !leg.MayShare(tick);
        if (!chair.IsPrivate) return;
        var stand = new SharedStand(_mixes[leg.Speech.Rate].Limiter, chair.HasShared ? chair.Shared!.Encoder : null);
        leg.SendPrivate(tick, HeardBy(chair), VoicesFor(chair), chair.Music, stand, isAlike);
    }

    private void ServeShared(Chair chair, long tick)
    {
        var leg = chair.Leg;
        if (chair.IsPrivate || !ReferenceEquals(leg.Home, _slot) || leg.Speech is not { } speech) return;
        if (!chair.HasShared) chair.Share(SharedFor(speech.Class));
        chair.Shared!.Encode(tick, _mixes[speech.Rate]);
        leg.SendShared(tick, chair.Shared.Payload);
    }

    /// <summary>The stream of a class; opened when the first listener of its kind is served.</summary>
    private SharedVoice SharedFor(ListenerClass @class)
    {
        foreach (var shared in _shared)
        {
            if (shared.Class == @class) return shared;
        }

        var opened = new SharedVoice(@class, _codecs.OpenEncoder(@class.Format, @class.Parameters));
        _shared.Add(opened);
        return opened;
    }

    private ReadOnlySpan<int> HeardBy(Chair chair)
    {
        var speech = chair.Leg.Speech!;
        var heard = _slot.Worker.Scratch.Base.AsSpan(0, speech.Frame);
        if (!chair.Seat.Hears) heard.Clear();
        else if (chair.Contributes) Bus.Hear(_buses.At(speech.Rate), chair.Leg.Voice, heard);
        else return _buses.At(speech.Rate);
        return heard;
    }

    private int VoicesFor(Chair chair) => !chair.Seat.Hears ? 0 : chair.Contributes ? _buses.Voices - 1 : _buses.Voices;
}
