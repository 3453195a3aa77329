using System.Collections.Immutable;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Recording;

namespace Conference.Media.Sessions;

/// <summary>One room in the mixer's time: who is heard by whom, 20 ms at a go. Owned by the worker of its slot.</summary>
/// <remarks>
/// In a small room everybody is mixed; in a bigger one those who speak, and of these the loudest. Listeners who hear the same in the
/// same format share one payload; whoever speaks gets the mix without himself, encoded for him.
/// </remarks>
internal sealed class RoomMixer
{
    /// <summary>The rate of sounds for the whole room.</summary>
    public const int SoundRate = 16000;

    private const int SmallRoom = 8; // open microphones that everybody can bear
    private const int RestAfter = 500; // ticks of silence: 10 s
    private const int TalkApart = 12; // ticks between two events of one leg
    private const int TalkApartWhenBusy = 25;

    private readonly MixSlot _slot;
    private readonly IVoiceCodecs _codecs;
    private readonly IMixerListener _owner;
    private readonly Buses _buses = new();
    private readonly SharedMix[] _mixes;
    private readonly LoudestVoices _loudest = new();
    private readonly Leader _leader = new();
    private readonly PictureFloor _pictures = new();
    private readonly List<SharedVoice> _shared = [];
    private readonly List<Player> _sounds = [];
    private readonly List<Tape> _tapes = [];
    private readonly List<Chair> _leaving = []; // heard for one more tick
    private long _tick;
    private readonly List<ChairRelation> _ending = []; // undone in this tick
    private Seating _seated = Seating.Empty;
    private Seating _next = Seating.Empty;

    public RoomMixer(MixSlot slot, IVoiceCodecs codecs, IMixerListener owner)
    {
        (_slot, _codecs, _owner) = (slot, codecs, owner);
        _mixes = [.. Enumerable.Range(0, MixRates.Count).Select(rate => new SharedMix(_buses, rate))];
    }

    public MixSlot Slot => _slot;

    /// <summary>Who has the floor; for the worker.</summary>
    public Chair? Leads => _leader.Chair;

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

    /// <summary>From the next tick on a recording runs; it begins with who is there and speaks.</summary>
    public void Add(Tape tape)
    {
        _tapes.Add(tape);
        foreach (var chair in _seated.Chairs)
        {
            tape.Mark(_tick + 1, TapeEntryKind.Came, chair.Id);
            if (!chair.Seat.Speaks) tape.Mark(_tick + 1, TapeEntryKind.Muted, chair.Id);
            if (chair.Talk.IsTalking) tape.Mark(_tick + 1, TapeEntryKind.Talks, chair.Id);
        }
    }

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
        _tick = tick;
        Seat(tick);
        _buses.Clear();
        Listen(tick);
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
        _pictures.Tick(_seated, Leads, _slot); // last: voices first
    }

    /// <summary>Seats whom the room named last. Whoever lost his seat fades out during one more tick.</summary>
    private void Seat(long tick)
    {
        _leaving.Clear();
        Forget();
        var next = Volatile.Read(ref _next);
        if (ReferenceEquals(next, _seated)) return;
        for (var i = 0; i < _seated.Chairs.Length; i++)
            _seated.Chairs[i].Contender = _seated.Contenders[i];
        for (var i = 0; i < next.Chairs.Length; i++)
        {
            Note(next.Chairs[i], next.Seats[i]);
            next.Chairs[i].Sit(next.Seats[i], next);
            next.Contenders[i] = next.Chairs[i].Contender;
        }

        _leader.Seat(_seated, next);
        foreach (var relation in next.Relations)
        {
            relation.Listener.HasRelations = true;
            relation.Speaker.IsWhisperer |= relation.Kind == RelationKind.Whisper;
        }

        foreach (var relation in _seated.Relations)
            if (!next.Relations.Contains(relation)) End(relation);
        foreach (var chair in _seated.Chairs)
            if (!ReferenceEquals(chair.Seating, next)) Leave(chair, tick);
        Volatile.Write(ref _seated, next);
    }

    private void End(ChairRelation relation)
    {
        (relation.Ends, relation.Listener.HasRelations) = (true, true);
        _ending.Add(relation);
    }

    /// <summary>What ended in the tick before is over.</summary>
    private void Forget()
    {
        foreach (var ended in _ending)
        {
            ended.Listener.HasRelations = false;
            foreach (var relation in _seated.Relations)
                ended.Listener.HasRelations |= ReferenceEquals(relation.Listener, ended.Listener);
        }

        _ending.Clear();
    }

    /// <summary>What recordings keep of a seat that is taken anew or changed.</summary>
    private void Note(Chair chair, Seat seat)
    {
        var isNew = !ReferenceEquals(chair.Seating, _seated);
        if (isNew) Mark(chair, TapeEntryKind.Came);
        if (isNew ? !seat.Speaks : seat.Speaks != chair.Seat.Speaks) Mark(chair, seat.Speaks ? TapeEntryKind.Unmuted : TapeEntryKind.Muted);
    }

    /// <summary>Recordings keep when somebody really began and ceased to talk, which is known only a while later.</summary>
    private void NoteTalk(Chair chair)
    {
        if (chair.Talk.IsTalking == chair.NotedTalking) return;
        chair.NotedTalking = chair.Talk.IsTalking;
        if (chair.NotedTalking) Mark(chair, TapeEntryKind.Talks, TalkDetector.Onset);
        else Mark(chair, TapeEntryKind.Hushed, chair.Seat.Speaks && !chair.IsLeaving ? TalkDetector.Offset : 0);
    }

    private void Mark(Chair chair, TapeEntryKind what, int ago = 0)
    {
        foreach (var tape in _tapes)
            tape.Mark(_tick, what, chair.Id, ago);
    }

    private void Leave(Chair chair, long tick)
    {
        chair.Talk.Reset();
        chair.IsLeaving = true;
        NoteTalk(chair);
        Mark(chair, TapeEntryKind.Left);
        if (chair.HasNews(tick, 0)) Tell(chair);
        _leaving.Add(chair);
        if (IsHere(chair)) chair.Leg.Wake();
    }

    /// <summary>It may still be on its way to us, or gone.</summary>
    private bool IsHere(Chair chair) => ReferenceEquals(chair.Leg.Home, _slot) && chair.Leg.Speech is not null;

    private void Listen(long tick)
    {
        var (open, apart) = (0, _slot.Worker.IsSpare ? TalkApartWhenBusy : TalkApart);
        var (chairs, voices) = (_seated.Chairs, _seated.Voices);
        for (var i = 0; i < chairs.Length; i++)
        {
            var chair = chairs[i];
            chair.Listen(IsHere(chair));
            NoteTalk(chair);
            if (chair.HasNews(tick, apart)) Tell(chair);
            if (chair.IsOpen) open++;
            voices[i] = new VoiceFrame((float)chair.FramePower, chair.IsOpen && chair.Talk.IsOpen, chair.Seat.IsFavoured);
        }

        if (_leader.Feed(_seated)) _slot.Worker.Events.Add(new MixerEvent(MixerEventKind.Leads, _owner, Seat: _leader.Chair?.Id ?? default));
        var isSmall = open <= SmallRoom;
        if (!isSmall) _loudest.Select(_seated.Contenders, voices, LoudestVoices.Seats(chairs.Length));
        for (var i = 0; i < _seated.Chairs.Length; i++)
            Admit(_seated.Chairs[i], isSmall || _seated.Contenders[i].IsIn, isSmall);
        foreach (var chair in _leaving)
            Admit(chair, false, isSmall: true);
    }

    private void Admit(Chair chair, bool isHeard, bool isSmall)
    {
        var isHere = IsHere(chair);
        chair.Pass(isHeard, isHere);
        if (!isHere) return;
        var rate = chair.Leg.Speech!.Rate;
        if (chair.IsLeaving) // its last tick, fading out; recordings have noted that it left
        {
            if (chair.Contributes) _buses.Add(rate, chair.Leg.Voice);
            return;
        }

        _buses.Want(rate);
        if (chair.Contributes) Mix(chair, rate);
        if ((isSmall && !_slot.Worker.IsSpare) || chair.Talk.SilentFor < RestAfter) chair.Leg.Wake();
        else chair.Leg.Rest(chair.Talk.Threshold);
    }

    private void Mix(Chair chair, int rate)
    {
        _buses.Add(rate, chair.Leg.Voice);
        foreach (var tape in _tapes)
            tape.Write(_tick, chair.Id, rate, chair.Leg.Voice, chair.Talk.IsOpen);
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
        chair.IsPrivate = false;
        if (!IsHere(chair)) return; // another room, or none, serves it
        var leg = chair.Leg;
        var isAlike = chair is { Contributes: false, HasRelations: false, HearsAtOwnVolume: false, Seat.Hears: true, Music.Sound: null } && !leg.Player.IsPlaying && !leg.IsSounding;
        chair.IsPrivate = !isAlike || !leg.MayShare(tick);
        if (!chair.IsPrivate) return;
        var stand = new SharedStand(_mixes[leg.Speech!.Rate].Limiter, chair.Shared?.Encoder); // of another codec it is not followed
        leg.SendPrivate(tick, HeardBy(chair), VoicesFor(chair), chair.Music, stand, isAlike);
    }

    private void ServeShared(Chair chair, long tick)
    {
        if (chair.IsPrivate || !IsHere(chair)) return;
        var speech = chair.Leg.Speech!;
        if (!chair.HasShared) chair.Share(SharedFor(chair.Leg.Class!));
        chair.Shared!.Encode(tick, _mixes[speech.Rate], chair.Leg.WasPrivate ? speech.Encoder : null, _slot.Worker.Ladder.Complexity);
        chair.Shared.ExpectLoss(chair.Leg.ExpectedLoss);
        chair.Leg.SendShared(tick, chair.Shared.Payload, chair.Shared.IsQuiet);
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
        else _buses.At(speech.Rate).CopyTo(heard);
        if (chair.HasRelations && chair.Seat.Hears) Relate(chair, heard);
        chair.Hear(heard);
        return heard;
    }

    private void Relate(Chair chair, Span<int> heard)
    {
        foreach (var relation in _seated.Relations)
            if (ReferenceEquals(relation.Listener, chair) && IsHere(relation.Speaker)) relation.Apply(heard);
        foreach (var relation in _ending)
            if (ReferenceEquals(relation.Listener, chair) && IsHere(relation.Speaker)) relation.Apply(heard);
    }

    /// <summary>As many as there may be, where that is not known exactly: the limiter then looks.</summary>
    private int VoicesFor(Chair chair)
    {
        if (!chair.Seat.Hears) return 0;
        if (chair.HasRelations || chair.HearsAtOwnVolume) return _buses.Voices + _seated.Relations.Length + 1;
        return chair.Contributes ? _buses.Voices - 1 : _buses.Voices;
    }
}
