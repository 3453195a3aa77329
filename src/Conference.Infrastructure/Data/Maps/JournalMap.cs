using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class JournalMap : IEntityTypeConfiguration<JournalRow>
{
    public void Configure(EntityTypeBuilder<JournalRow> row)
    {
        row.ToTable("journal");
        row.Property(r => r.Room).HasMaxLength(20);
        row.Property(r => r.Type).HasMaxLength(64);
        row.HasIndex(r => r.Position).IsUnique(); // a batch that is written again after a lost answer meets this wall
        row.HasIndex(r => r.Meeting);
        row.HasIndex(r => r.At);
    }
}
